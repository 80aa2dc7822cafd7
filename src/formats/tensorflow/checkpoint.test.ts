/** Checkpoints as TensorFlow and Keras write them, with the network beside them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GivenFile } from '../given-file.ts';
import { encodeFloat16 } from '../network/float16.ts';
import { readModel } from '../read-model.ts';
import { checkpointLayers, networkFile, soundCheckpoint } from '../testing/sound-checkpoints.ts';
import { kerasArchive, kerasH5, numberedWeights } from '../testing/sound-models.ts';
import { valuesOf, WEIGHTS } from '../testing/sound-network.ts';
import { expectSound, refusal } from '../testing/sound-reading.ts';
import {
  checkpointFiles,
  DTYPES,
  GRAPH_KEY,
  kerasLayers,
  objectGraph,
  type StoredTensor,
  stringTensor,
  withTraining,
} from '../testing/tensorflow-writer.ts';
import { sharedData } from '../testing/test-data.ts';

describe('a checkpoint opens with the network that it was saved from', () => {
  it.each<[string, () => Promise<GivenFile>]>([
    ['in JSON', async () => networkFile()],
    ['in a .keras', async () => ({ name: 'network.keras', bytes: await kerasArchive() })],
    ['in an .h5', async () => ({ name: 'network.h5', bytes: await kerasH5() })],
  ])('%s, whose own weights do not count', async (_what, network) => {
    const layers = checkpointLayers().map((layer) => ({
      ...layer,
      weights: layer.weights.map((weight) => ({
        ...weight,
        bytes: new Uint8Array(valuesOf(weight.shape).map((value) => value + 1).buffer),
      })),
    }));
    const read = await readModel([...soundCheckpoint('best', {}, layers), await network()]);
    const values = new Float32Array(read.artifacts.data);
    expect(values[0]).toBeCloseTo(1.01, 6);
    expect(read.artifacts.weights).toHaveLength(WEIGHTS.length);
    await expectSound([...soundCheckpoint(), await network()]);
  });

  it('is called after the network in JSON, else after itself', async () => {
    expect((await readModel([...soundCheckpoint(), networkFile()])).fileName).toBe('network.json');
    const whole = { name: 'network.keras', bytes: await kerasArchive() };
    expect((await readModel([...soundCheckpoint(), whole])).fileName).toBe('ckpt-7.index');
  });

  it.each([
    ['in blocks that are packed', { isPacked: true }],
    ['in blocks of one entry', { perBlock: 1 }],
  ])('%s', async (_what, options) => {
    await expectSound([...soundCheckpoint('ckpt', options), networkFile()]);
  });

  it('in several shards', async () => {
    const { tensors, model } = kerasLayers(checkpointLayers(), 'model/');
    const spread = withTraining(tensors, { children: { model } }).map((tensor, i) => ({ ...tensor, shard: i % 3 }));
    const files = checkpointFiles('ckpt', spread, { shards: 3 });
    expect(files).toHaveLength(4);
    await expectSound([...files, networkFile()]);
  });

  it.each<[string, number, (value: number) => Uint8Array]>([
    ['float64', DTYPES.float64, (value) => new Uint8Array(Float64Array.of(value).buffer)],
    ['float16', DTYPES.float16, (value) => new Uint8Array(Uint16Array.of(encodeFloat16(value)).buffer)],
    ['bfloat16', DTYPES.bfloat16, (value) => new Uint8Array(Float32Array.of(value).buffer).slice(2)],
  ])('in %s', async (_what, dtype, bytesOf) => {
    const { tensors, model } = kerasLayers(checkpointLayers());
    const powers = (tensor: StoredTensor) => {
      const count = tensor.bytes.length / 4;
      return { ...tensor, dtype, bytes: Uint8Array.from(Array.from({ length: count }, (_, i) => [...bytesOf(2 ** (i % 5))]).flat()) };
    };
    const stored = [stringTensor(GRAPH_KEY, objectGraph(model)), ...tensors.map(powers)];
    const { artifacts } = await readModel([...checkpointFiles('ckpt', stored), networkFile()]);
    expect([...new Float32Array(artifacts.data, 0, 6)]).toEqual([1, 2, 4, 8, 16, 1]);
  });
});

describe('a checkpoint of several models', () => {
  const second = () => {
    const [own, other] = [kerasLayers(checkpointLayers(), 'model/'), kerasLayers(checkpointLayers(), 'ema_model/')];
    const averaged = other.tensors.map((each) => ({
      ...each,
      bytes: new Uint8Array(new Float32Array(each.bytes.length / 4).fill(0.5).buffer),
    }));
    const root = { children: { model: own.model, ema_model: other.model } };
    return [...checkpointFiles('ckpt', withTraining([...own.tensors, ...averaged], root)), networkFile()];
  };

  it('offers all that the network fits, the averaged one first', async () => {
    const read = await readModel(second());
    expect(read.copies).toEqual({ names: ['ema_model', 'model'], chosen: 'ema_model' });
    expect(new Float32Array(read.artifacts.data)[0]).toBe(0.5);
    const other = await readModel(second(), () => {}, 'model');
    expect(other.copies?.chosen).toBe('model');
    expect(new Float32Array(other.artifacts.data)[0]).toBeCloseTo(0.01);
  });

  it('opens all together where a class of somebody’s own has a model as one of its parts', async () => {
    const layers = checkpointLayers();
    const backbone = kerasLayers(layers.slice(0, 2), 'backbone/');
    const head = kerasLayers(layers.slice(2));
    const classifier = Object.values(head.model.children ?? {})[0] ?? {};
    const root = { children: { backbone: backbone.model, classifier } };
    await expectSound([...checkpointFiles('own', withTraining([...backbone.tensors, ...head.tensors], root)), networkFile()]);
  });

  it('opens the one that fits', async () => {
    const own = kerasLayers(checkpointLayers(), 'generator/');
    const other = kerasLayers(checkpointLayers().slice(1), 'discriminator/');
    const root = { children: { discriminator: other.model, generator: own.model } };
    await expectSound([...checkpointFiles('gan', withTraining([...other.tensors, ...own.tensors], root)), networkFile()]);
  });
});

describe('what does not belong together is refused', () => {
  const rejects = async (files: readonly GivenFile[], ...parts: string[]) =>
    expect(readModel(files)).rejects.toMatchObject(
      refusal('model-file-broken', 'The checkpoint ckpt-7\\.index does not hold the weights of the network in ', ...parts),
    );

  it('by the number of layers', async () => {
    const files = soundCheckpoint('ckpt-7', {}, checkpointLayers().slice(0, 2));
    await rejects(
      [...files, networkFile()],
      'network\\.json \\(it has weights of 2 layers, and the network has 3 layers with weights\\); please give the two',
    );
    await rejects([...files, { name: 'n.keras', bytes: await kerasArchive() }], 'n\\.keras', 'or n\\.keras alone');
  });

  it('by the weights of a layer', async () => {
    const without = soundCheckpoint('ckpt-7', {}, checkpointLayers(WEIGHTS.filter(({ layer, own }) => layer !== 'conv' || own !== 'bias')));
    await rejects([...without, networkFile()], 'its layer conv has kernel, where the layer conv needs kernel and bias');
    const more = soundCheckpoint('ckpt-7', {}, checkpointLayers([...WEIGHTS, { layer: 'conv', own: 'scale', shape: [4] }]));
    await rejects([...more, networkFile()], 'its layer conv has kernel, bias and scale, where the layer conv needs kernel and bias');
  });

  it('by the shapes that layers tell', async () => {
    const reversed = checkpointLayers(WEIGHTS, () => 'x').reverse();
    await rejects(
      [...soundCheckpoint('ckpt-7', {}, reversed), networkFile()],
      'its kernel for the layer conv has the shape \\[4, 3\\], and not \\[3, 3, any, 4\\]',
    );
  });

  it('weights without a network, beside a checkpoint', async () => {
    const files = [...soundCheckpoint(), { name: 'x.weights.h5', bytes: await numberedWeights() }];
    await expect(readModel(files)).rejects.toMatchObject(
      refusal('model-unsupported', 'The file x\\.weights\\.h5 holds weights without a network'),
    );
  });

  it('two networks', async () => {
    const files = [...soundCheckpoint(), networkFile('a.json'), networkFile('b.json')];
    await expect(readModel(files)).rejects.toMatchObject(refusal('model-unsupported', 'The files a\\.json and b\\.json are two models'));
  });
});

const REAL = sharedData('goldens/tf-checkpoint/densenet169-index-only', 'the index of a real DenseNet’s checkpoint is not read');

describe('the checkpoint of the original', () => {
  it.skipIf(!REAL.isThere)('says which of its tensors are lost', async () => {
    const name = 'fold_5_best_weights-7';
    const files = ['.index', '.data-00000-of-00002'].map((ending) => ({
      name: name + ending,
      bytes: Uint8Array.from(readFileSync(`${REAL.path}/${name}${ending}`)),
    }));
    await expect(readModel(files)).rejects.toMatchObject({
      code: 'model-file-missing',
      message: `The checkpoint ${name}.index is not whole: 852 of its tensors lie in the shard ${name}.data-00001-of-00002, which is not there; please give that file as well.`,
    });
  });
});
