/** What follows a DenseNet's pooling, told from weights alone: names and shapes say which layers there are, and in which order. */
import { describe, expect, it } from 'vitest';
import type { GivenFile } from '../given-file.ts';
import { asObject, objectsIn } from '../json.ts';
import { type ReadModel, readModel } from '../read-model.ts';
import { kerasFile } from '../testing/keras-fixtures.ts';
import { hdf5File, putDataset } from '../testing/sound-models.ts';
import { valuesOf } from '../testing/sound-network.ts';
import { denseNetTensors, safetensorsWith, type TorchTensor } from '../testing/sound-safetensors.ts';

/** The features that the small DenseNet pools. */
const POOLED = 10;

interface HeadLayer {
  readonly units: unknown;
  readonly activation: unknown;
  readonly bias: unknown;
}

function headOf({ artifacts }: ReadModel): HeadLayer[] {
  const dense = objectsIn(artifacts.topology.config.layers).filter(({ class_name: kind }) => kind === 'Dense');
  return dense.map(({ config }) => {
    const { units, activation, use_bias: bias } = asObject(config) ?? {};
    return { units, activation, bias };
  });
}

function withHead(...head: readonly (readonly [name: string, shape: readonly number[]])[]): GivenFile {
  const features = denseNetTensors().filter(({ name }) => !name.startsWith('classifier'));
  const tensors = head.map(([name, shape]): TorchTensor => ({ name, shape, values: valuesOf(shape) }));
  return { name: 'weights.safetensors', bytes: safetensorsWith([...features, ...tensors]) };
}

describe('the head of torch’s weights', () => {
  it('is one layer with a softmax for a classifier', async () => {
    const read = await readModel([withHead(['classifier.weight', [3, POOLED]], ['classifier.bias', [3]])]);
    expect(headOf(read)).toEqual([{ units: 3, activation: 'softmax', bias: true }]);
    expect(read.remark).not.toContain('head');
  });

  it('does without a bias that is not there', async () => {
    expect(headOf(await readModel([withHead(['classifier.weight', [3, POOLED]])]))).toEqual([
      { units: 3, activation: 'softmax', bias: false },
    ]);
  });

  it('is a row of linear layers where a Sequential numbers them without gaps, and says so', async () => {
    const read = await readModel([
      withHead(
        ['classifier.0.weight', [6, POOLED]],
        ['classifier.0.bias', [6]],
        ['classifier.1.weight', [3, 6]],
        ['classifier.1.bias', [3]],
      ),
    ]);
    expect(headOf(read)).toEqual([
      { units: 6, activation: 'linear', bias: true },
      { units: 3, activation: 'softmax', bias: true },
    ]);
    expect(read.remark).toContain('nothing is assumed');
  });

  it('has a ReLU where a Sequential leaves a place for one, in whatever order the file has them', async () => {
    const read = await readModel([
      withHead(
        ['classifier.3.weight', [3, 6]],
        ['classifier.3.bias', [3]],
        ['classifier.0.weight', [6, POOLED]],
        ['classifier.0.bias', [6]],
      ),
    ]);
    expect(headOf(read).map(({ units, activation }) => [units, activation])).toEqual([
      [6, 'relu'],
      [3, 'softmax'],
    ]);
    expect(read.remark).toContain('a ReLU is assumed');
  });

  it('is left out where the file ends with the features, and says so', async () => {
    const read = await readModel([withHead()]);
    expect(headOf(read)).toEqual([]);
    expect(read.remark).toContain('ends without classes');
  });
});

/** The small DenseNet's weights in the older layout of Keras, with these fully connected layers before and after the others. */
async function kerasWeights(
  before: Readonly<Record<string, readonly number[]>>,
  after: Readonly<Record<string, readonly number[]>>,
): Promise<GivenFile> {
  const norm = (channels: number) => ({ gamma: [channels], beta: [channels], moving_mean: [channels], moving_variance: [channels] });
  const dense = (shape: readonly number[]) => ({ kernel: shape, bias: [shape[1] ?? 0] });
  const entries = (layers: Readonly<Record<string, readonly number[]>>) =>
    Object.entries(layers).map(([name, shape]) => [name, dense(shape)]);
  const layers: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
    ...Object.fromEntries(entries(before)),
    conv1_conv: { kernel: [7, 7, 3, 8] },
    conv1_bn: norm(8),
    conv2_block1_0_bn: norm(8),
    conv2_block1_1_conv: { kernel: [1, 1, 8, 8] },
    conv2_block1_1_bn: norm(8),
    conv2_block1_2_conv: { kernel: [3, 3, 8, 2] },
    bn: norm(POOLED),
    ...Object.fromEntries(entries(after)),
  };
  const bytes = await hdf5File((file) => {
    file.create_attribute('layer_names', Object.keys(layers));
    for (const [name, weights] of Object.entries(layers)) {
      const paths = Object.keys(weights).map((own) => `${name}/${own}:0`);
      file.create_group(name).create_attribute('weight_names', paths);
      for (const [own, shape] of Object.entries(weights)) putDataset(file, `${name}/${name}/${own}:0`, shape);
    }
  });
  return { name: 'network.weights.h5', bytes };
}

describe('the head of Keras’ weights', () => {
  it('is one layer with a softmax', async () => {
    const read = await readModel([await kerasWeights({}, { predictions: [POOLED, 4] })]);
    expect(headOf(read)).toEqual([{ units: 4, activation: 'softmax', bias: true }]);
  });

  it('is that of the first FastAblationCAM, a linear layer before the last, and says so', async () => {
    const read = await readModel([await kerasWeights({}, { dense: [POOLED, POOLED], dense_1: [POOLED, 4] })]);
    expect(headOf(read).map(({ units, activation }) => [units, activation])).toEqual([
      [POOLED, 'linear'],
      [4, 'softmax'],
    ]);
    expect(read.remark).toContain('nothing is assumed');
  });

  it('stands in the order in which each layer takes what the one before gives, whatever the file’s order', async () => {
    const read = await readModel([await kerasWeights({ last: [5, 3] }, { second: [6, 5], first: [POOLED, 6] })]);
    expect(headOf(read).map(({ units }) => units)).toEqual([6, 5, 3]);
  });

  it('comes from both of Keras’ layouts alike', async () => {
    const heads = await Promise.all(
      ['densenet.layered.h5', 'densenet.weights.h5'].map(async (file) => headOf(await readModel([kerasFile(file)]))),
    );
    expect(heads[0]).toEqual([
      { units: 6, activation: 'linear', bias: true },
      { units: 5, activation: 'softmax', bias: true },
    ]);
    expect(heads[1]).toEqual(heads[0]);
  });

  it('is refused where its layers do not fit, in one sentence that names the file', async () => {
    await expect(readModel([await kerasWeights({}, { predictions: [POOLED + 1, 4] })])).rejects.toThrow(
      /network\.weights\.h5.*has the shape.*\.$/,
    );
  });
});
