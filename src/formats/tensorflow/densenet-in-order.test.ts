/** Keras' DenseNets from checkpoints alone: the same network comes out as from the same weights under the names of their layers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelArtifacts } from '../network/artifacts.ts';
import { readModel } from '../read-model.ts';
import { goldenModel, loadGoldenModel } from '../testing/goldens.ts';
import { networkFile } from '../testing/sound-checkpoints.ts';
import { refusal } from '../testing/sound-reading.ts';
import { checkpointFiles, floats, type KerasLayer, kerasLayers, layersIn, SUFFIX, withTraining } from '../testing/tensorflow-writer.ts';
import { sharedData } from '../testing/test-data.ts';
import { readIndex } from './checkpoint-index.ts';

function filesOf(layers: readonly KerasLayer[], path = 'model/') {
  const { tensors, model } = kerasLayers(layers, path);
  return checkpointFiles('best', withTraining(tensors, path === '' ? model : { children: { model } }));
}

/** As in a session in which the network was built before. */
function builtAgain(layers: readonly KerasLayer[]): KerasLayer[] {
  return layers.map((layer) => ({ ...layer, name: /^(conv|pool\d|bn)/.test(layer.name) ? `${layer.name}_4` : layer.name }));
}

function layerNames({ topology }: ModelArtifacts): unknown[] {
  return (topology.config.layers as { name: string }[]).map(({ name }) => name);
}

describe('a DenseNet from a checkpoint alone', () => {
  it.each(['model/', ''])('with the head of the original, below “%s”', async (path) => {
    const { artifacts } = await goldenModel('tiny-pollen-head');
    const read = await readModel(filesOf(builtAgain(layersIn(artifacts)), path));
    expect(read.fileName).toBe('best.index');
    expect(read.artifacts.weights).toEqual(artifacts.weights);
    expect(Buffer.compare(Buffer.from(read.artifacts.data), Buffer.from(artifacts.data))).toBe(0);
    expect(read.manifest.outputReading).toBe('softmax');
    expect(read.remark).toMatch(/does not say what is between the layers of its head; nothing is assumed/);
    expect(layerNames(read.artifacts)).toEqual(expect.arrayContaining(['conv2_block1_concat', 'relu', 'avg_pool']));
  });

  it('beside an optimiser of any name, and counters of somebody’s own', async () => {
    const { artifacts } = await goldenModel('tiny-pollen-head');
    const { tensors, model } = kerasLayers(layersIn(artifacts), 'model/');
    const number = (key: string, shape: readonly number[] = []) => ({ key: `${key}${SUFFIX}`, shape, bytes: floats(shape, () => 0.5) });
    const settings = ['beta_1', 'learning_rate', 'decay'].map((own) => number(`sgd_of_mine/${own}`));
    const momenta = [0, 1].map((i) => number(`sgd_of_mine/_momentums/${i}`, [3]));
    const owns = settings.map(({ key }) => [key.split('/')[1] ?? '', { key, fullName: `Adam/${key}` }] as const);
    const lists = { _momentums: { children: Object.fromEntries(momenta.map(({ key }, i) => [String(i), { key, fullName: 'm' }])) } };
    const others = {
      sgd_of_mine: { children: { ...Object.fromEntries(owns), iter: {}, ...lists } },
      epoch: { key: number('epoch').key, fullName: 'epoch' },
      best: { children: { accuracy: { key: number('best/accuracy').key, fullName: 'accuracy' } } },
    };
    const given = [...tensors, ...settings, ...momenta, number('epoch'), number('best/accuracy')];
    const read = await readModel(checkpointFiles('best', withTraining(given, { children: { model, ...others } }, true)));
    expect(read.artifacts.weights).toEqual(artifacts.weights);
  });

  it('within a model', async () => {
    const layers = layersIn(await loadGoldenModel('tiny-imagenet-head'));
    const { tensors, model: base } = kerasLayers(layers.slice(0, -1), 'layer_with_weights-0/');
    const { tensors: ofHead, model: head } = kerasLayers(layers.slice(-1));
    const own = Object.values(head.children ?? {})[0] ?? {};
    const root = { children: { 'layer_with_weights-0': base, 'layer_with_weights-1': own } };
    const renumbered = ofHead.map((tensor) => ({ ...tensor, key: tensor.key.replace('weights-0', 'weights-1') }));
    const withKey = {
      children: Object.fromEntries(
        Object.entries(own.children ?? {}).map(([name, { key = '', ...rest }]) => [
          name,
          { ...rest, key: key.replace('weights-0', 'weights-1') },
        ]),
      ),
    };
    const whole = { children: { ...root.children, 'layer_with_weights-1': withKey } };
    const read = await readModel(checkpointFiles('best', withTraining([...tensors, ...renumbered], whole)));
    const { data } = await loadGoldenModel('tiny-imagenet-head');
    expect(Buffer.compare(Buffer.from(read.artifacts.data), Buffer.from(data))).toBe(0);
  });

  it('without a head gives its features', async () => {
    const layers = layersIn(await loadGoldenModel('tiny-pollen-head')).filter(({ name }) => !name.startsWith('dense'));
    const read = await readModel(filesOf(layers.filter(({ weights }) => weights.every(({ shape }) => shape.length !== 2))));
    expect(read.manifest.outputReading).toBe('number');
  });

  it('is refused where a layer has no place in one', async () => {
    const layers = layersIn(await loadGoldenModel('tiny-imagenet-head'));
    const waiting = refusal(
      'model-file-missing',
      'The checkpoint best\\.index holds weights without a network, and they are not those of one of Keras’ DenseNets',
    );
    await expect(readModel(filesOf(layers.filter((_, i) => i !== 5)))).rejects.toMatchObject(waiting);
    await expect(readModel(filesOf(layers.slice(1)))).rejects.toMatchObject(waiting);
    const [first, ...others] = layers;
    await expect(readModel(filesOf([first, first, ...others] as KerasLayer[]))).rejects.toMatchObject(waiting);
  });

  it('leaves out a network that happened to wait', async () => {
    const { artifacts } = await goldenModel('tiny-pollen-head');
    const read = await readModel([...filesOf(layersIn(artifacts)), networkFile()]);
    expect(read.fileName).toBe('best.index');
    expect(read.remark).toMatch(/^The file network\.json describes another network than best\.index holds, so it was left out\./);
  });
});

/** The layers of DenseNet-169 and the original's head. */
function denseNet169(): { readonly name: string; readonly weights: readonly (readonly [own: string, shape: readonly number[]])[] }[] {
  const norm = (name: string, channels: number) => ({
    name,
    weights: ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((own) => [own, [channels]] as const),
  });
  const conv = (name: string, ...shape: number[]) => ({ name, weights: [['kernel', shape] as const] });
  const dense = (name: string, takes: number, gives: number) => ({
    name,
    weights: [['kernel', [takes, gives]] as const, ['bias', [gives]] as const],
  });
  const layers: ReturnType<typeof denseNet169> = [conv('conv1_conv', 7, 7, 3, 64), norm('conv1_bn', 64)];
  let channels = 64;
  for (const [b, length] of [6, 12, 32, 32].entries()) {
    for (let i = 1; i <= length; i++, channels += 32) {
      const name = `conv${b + 2}_block${i}`;
      layers.push(norm(`${name}_0_bn`, channels), conv(`${name}_1_conv`, 1, 1, channels, 128));
      layers.push(norm(`${name}_1_bn`, 128), conv(`${name}_2_conv`, 3, 3, 128, 32));
    }
    if (b === 3) break;
    layers.push(norm(`pool${b + 2}_bn`, channels), conv(`pool${b + 2}_conv`, 1, 1, channels, channels / 2));
    channels /= 2;
  }
  return [...layers, norm('bn', channels), dense('dense', channels, channels), dense('dense_1', channels, 23)];
}

const REAL = sharedData('goldens/tf-checkpoint/densenet169-index-only', 'the keys of a real DenseNet-169’s checkpoint are not compared');

describe('a whole DenseNet-169 with the keys of the original', () => {
  const layers = denseNet169().map(
    ({ name, weights }, n): KerasLayer => ({
      name,
      weights: weights.map(([own, shape], w) => ({ own, shape, bytes: floats(shape, (i) => Math.sin(i + n * 7 + w)) })),
    }),
  );
  const { tensors, model } = kerasLayers(layers, 'model/');

  it.skipIf(!REAL.isThere)('has the very keys and shapes of the real one', () => {
    const name = 'fold_5_best_weights-7.index';
    const { entries } = readIndex(name, readFileSync(`${REAL.path}/${name}`));
    const real = [...entries.values()].filter(({ key }) => key.startsWith('model/'));
    const ours = new Map(tensors.map(({ key, shape }) => [key, shape]));
    expect(new Map(real.map(({ key, shape }) => [key, shape]))).toEqual(ours);
  });

  it('opens, with every weight in the layer that it is of', async () => {
    const spread = withTraining(tensors, { children: { model } }, true);
    const shards = spread.map((tensor) => ({ ...tensor, shard: /^(save_counter|_CHECKPOINTABLE)/.test(tensor.key) ? 0 : 1 }));
    const { artifacts } = await readModel(checkpointFiles('fold_5_best_weights-7', shards, { shards: 2 }));
    let at = 0;
    const read = new Map(
      artifacts.weights.map(({ name, shape }) => {
        const bytes = shape.reduce((product, side) => product * side, 4);
        at += bytes;
        return [name, { shape, bytes: new Uint8Array(artifacts.data, at - bytes, bytes) }];
      }),
    );
    const expected = layers.flatMap(({ name, weights }) =>
      weights.map(({ own, shape, bytes }) => [`${name}/${own}`, { shape, bytes }] as const),
    );
    expect([...read.keys()].sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, { shape, bytes }] of expected) {
      expect(read.get(name)?.shape).toEqual(shape);
      expect(Buffer.compare(read.get(name)?.bytes ?? new Uint8Array(), bytes), name).toBe(0);
    }
  }, 30_000);
});
