import { expect, it } from 'vitest';
import { kerasTopology } from './keras/keras-config.ts';
import { readModel } from './read-model.ts';
import { kerasH5, layersModel } from './testing/sound-models.ts';
import { soundNetwork } from './testing/sound-network.ts';
import { readingOfLoss } from './training-loss.ts';

const FROM_LOGITS = { class_name: 'BinaryCrossentropy', config: { from_logits: true, name: 'binary_crossentropy' } };

it.each([
  ['mse', 'number'],
  ['mean_absolute_error', 'number'],
  [{ class_name: 'Huber', config: { delta: 1 } }, 'number'],
  [{ class_name: 'function', config: 'mse', registered_name: 'mse' }, 'number'],
  [FROM_LOGITS, 'independent'],
  [{ class_name: 'SparseCategoricalCrossentropy', config: { from_logits: true } }, 'softmax'],
] as const)('%j is for outputs of one meaning', (loss, reading) => {
  expect(readingOfLoss(loss, 'scores', 0)).toBe(reading);
});

it.each(['binary_crossentropy', { class_name: 'BinaryCrossentropy', config: { from_logits: false } }, 'my_loss', null, 7, undefined, {}])(
  '%j says nothing of an output without an activation',
  (loss) => {
    expect(readingOfLoss(loss, 'scores', 0)).toBeNull();
  },
);

it('of several outputs each has its own, in a list or by name', () => {
  expect(readingOfLoss(['mse', FROM_LOGITS], 'tags', 1)).toBe('independent');
  expect(readingOfLoss({ age: 'mse', tags: FROM_LOGITS }, 'age', 5)).toBe('number');
  expect(readingOfLoss({ age: 'mse' }, 'tags', 0)).toBeNull();
});

it('is read from every kind of file that holds it', async () => {
  const network = soundNetwork();
  const config = JSON.stringify({ ...network, compile_config: { loss: 'mse', optimizer: 'adam' } });
  expect(kerasTopology('a.keras', config, '3.5.0').loss).toBe('mse');
  const bytes = await kerasH5(JSON.stringify(network), undefined, (file) => {
    file.create_attribute('training_config', JSON.stringify({ loss: FROM_LOGITS }));
  });
  expect((await readModel([{ name: 'a.h5', bytes }])).artifacts.topology.loss).toEqual(FROM_LOGITS);
  const [description, ...others] = layersModel();
  if (!description) throw new Error('there is no description');
  const json = JSON.parse(new TextDecoder().decode(description.bytes));
  json.modelTopology.training_config = { loss: ['mse'] };
  const changed = { ...description, bytes: new TextEncoder().encode(JSON.stringify(json)) };
  expect((await readModel([changed, ...others])).artifacts.topology.loss).toEqual(['mse']);
});

it('that cannot be read is no reason to refuse the network', async () => {
  const bytes = await kerasH5(JSON.stringify(soundNetwork()), undefined, (file) => {
    file.create_attribute('training_config', '{"loss": ');
  });
  expect((await readModel([{ name: 'a.h5', bytes }])).artifacts.topology.loss).toBeUndefined();
});
