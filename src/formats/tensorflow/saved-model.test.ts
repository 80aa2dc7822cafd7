import { describe, expect, it } from 'vitest';
import type { GivenFile } from '../given-file.ts';
import { readModel } from '../read-model.ts';
import { kerasMetadata, kerasOf, networkFile, savedGraph, savedModel } from '../testing/sound-checkpoints.ts';
import { utf8, zipOf } from '../testing/sound-models.ts';
import { networkWith, soundNetwork } from '../testing/sound-network.ts';
import { expectSound, refusal } from '../testing/sound-reading.ts';
import { message } from '../testing/tensorflow-bytes.ts';

function without(...names: string[]): GivenFile[] {
  return savedModel().filter(({ name }) => !names.includes(name));
}

function withFile(name: string, bytes: Uint8Array<ArrayBuffer>): GivenFile[] {
  return [...without(name), { name, bytes }];
}

const INSTEAD = 'please save the Keras model as \\.keras, or convert it to ONNX \\(tf2onnx\\) or to a tf\\.js graph-model';

describe('a SavedModel of Keras 2', () => {
  it('is rebuilt from what Keras notes of it', async () => {
    const read = await expectSound(savedModel());
    expect(read.artifacts.topology.loss).toBe('categorical_crossentropy');
    expect(read.fileName).toBe('saved_model.pb');
  });

  it('of before TensorFlow 2.5 is rebuilt from the graph', async () => {
    const old = withFile('saved_model.pb', savedGraph({ ...kerasOf(), class_name: 'Model' })).filter(
      ({ name }) => name !== 'keras_metadata.pb',
    );
    await expectSound(old);
  });

  it('of a Sequential model, with the network inside of what else is noted', async () => {
    const { config } = soundNetwork();
    const layers = config.layers.slice(1).map(({ inbound_nodes: _, ...layer }) => layer);
    const [input, ...others] = [config.layers[0], ...layers];
    const sequential = { class_name: 'Sequential', config: { name: 'small', layers: [input, ...others] } };
    const noted = { class_name: 'Sequential', name: 'small', config: { name: 'small' }, model_config: sequential };
    await expectSound(withFile('keras_metadata.pb', kerasMetadata(noted, '_tf_keras_sequential')));
  });

  it('is its own network, also where another one of the same shapes is described beside it', async () => {
    const other = networkWith((_, layer) => Object.assign(layer('conv').config, { activation: 'tanh' }));
    const read = await expectSound([networkFile('other.json', other), ...savedModel()]);
    expect(read.fileName).toBe('saved_model.pb');
    expect(read.remark).toContain('The file other.json was not needed, because saved_model.pb holds its own network.');
    // Of one whose layers are lost the weights are of use.
    const lost = [networkFile('own.json'), ...without('keras_metadata.pb')];
    expect((await expectSound(lost)).fileName).toBe('own.json');
  });

  it('opens without the graph too', async () => {
    await expectSound(without('saved_model.pb', 'fingerprint.pb'));
  });

  it('opens as a zip archive of its folder, with the class names in it', async () => {
    const members = savedModel().map(({ name, bytes }) => [name.startsWith('variables') ? `net/variables/${name}` : `net/${name}`, bytes]);
    const zip = zipOf({ ...Object.fromEntries(members), 'labels.txt': utf8('a\nb\nc') });
    const read = await expectSound([{ name: 'converted_savedmodel.zip', bytes: zip }]);
    expect(read.manifest).toMatchObject({ title: 'converted_savedmodel', classNames: ['a', 'b', 'c'] });
  });

  it('waits for its weights', async () => {
    await expect(readModel(without('variables.index', 'variables.data-00000-of-00001'))).rejects.toMatchObject(
      refusal('model-file-missing', 'The SavedModel saved_model\\.pb lacks its weights; please give the files of its folder variables'),
    );
    await expect(readModel(without('variables.data-00000-of-00001'))).rejects.toMatchObject(
      refusal('model-file-missing', 'The checkpoint variables\\.index is not whole'),
    );
    await expect(readModel([{ name: 'keras_metadata.pb', bytes: kerasMetadata() }])).rejects.toMatchObject(
      refusal('model-file-missing', 'The file keras_metadata\\.pb holds what Keras says of a SavedModel'),
    );
  });
});

describe('other SavedModels are refused with what to do', () => {
  it.each<[string, GivenFile[], string]>([
    [
      'a graph of functions alone',
      without('keras_metadata.pb'),
      `The file saved_model\\.pb is a TensorFlow graph of functions without the layers of a Keras model; ${INSTEAD}`,
    ],
    [
      'a graph whose weights are not there',
      [{ name: 'saved_model.pb', bytes: savedGraph() }],
      'The file saved_model\\.pb is a TensorFlow graph of functions',
    ],
    [
      'a class of somebody’s own',
      withFile(
        'keras_metadata.pb',
        kerasMetadata(
          { class_name: 'MyNet', config: { 'layer was saved without config': true }, is_graph_network: false },
          '_tf_keras_model',
        ),
      ),
      `The model in keras_metadata\\.pb is of a class of somebody’s own \\(MyNet\\), whose layers only its code knows; ${INSTEAD}`,
    ],
  ])('%s', async (_what, files, sentence) => {
    await expect(readModel(files)).rejects.toMatchObject(refusal('model-unsupported', sentence));
  });

  it('a frozen graph', async () => {
    await expect(
      readModel([{ name: 'frozen.pb', bytes: message([1, message([1, 'conv2d/kernel'], [2, 'Const'])]) }]),
    ).rejects.toMatchObject(
      refusal('model-unsupported', `The file frozen\\.pb is a frozen TensorFlow graph, whose layers are lost; ${INSTEAD}`),
    );
  });
});
