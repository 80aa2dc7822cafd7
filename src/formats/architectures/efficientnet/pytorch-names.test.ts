/** EfficientNets under the names of EfficientNet-PyTorch. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import { modelOfStateDict } from '../model-of-state-dict.ts';

type Block = readonly [kernel: number, expansion: number, gives: number];

const B0: readonly Block[] = [
  [3, 1, 4],
  [3, 6, 6],
  [3, 6, 6],
  [5, 6, 8],
  [3, 6, 10],
  [5, 6, 12],
  [5, 6, 14],
  [3, 6, 16],
];

function tensorsOf(blocks: readonly Block[]): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  const add = (source: string, ...shape: readonly number[]) =>
    tensors.set(source, { source, shape, values: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.1) });
  const norm = (name: string, channels: number) => {
    for (const own of ['weight', 'bias', 'running_mean', 'running_var']) add(`${name}.${own}`, channels);
  };
  add('_conv_stem.weight', 8, 3, 3, 3);
  norm('_bn0', 8);
  let channels = 8;
  for (const [i, [kernel, expansion, gives]] of blocks.entries()) {
    const name = `_blocks.${i}`;
    const inside = channels * expansion;
    if (expansion > 1) {
      add(`${name}._expand_conv.weight`, inside, channels, 1, 1);
      norm(`${name}._bn0`, inside);
    }
    add(`${name}._depthwise_conv.weight`, inside, 1, kernel, kernel);
    norm(`${name}._bn1`, inside);
    add(`${name}._se_reduce.weight`, 2, inside, 1, 1);
    add(`${name}._se_reduce.bias`, 2);
    add(`${name}._se_expand.weight`, inside, 2, 1, 1);
    add(`${name}._se_expand.bias`, inside);
    add(`${name}._project_conv.weight`, gives, inside, 1, 1);
    norm(`${name}._bn2`, gives);
    channels = gives;
  }
  add('_conv_head.weight', 20, channels, 1, 1);
  norm('_bn1', 20);
  add('_fc.weight', 3, 20);
  add('_fc.bias', 3);
  return tensors;
}

function layersOf(blocks: readonly Block[]) {
  const { artifacts } = modelOfStateDict('w.pth', tensorsOf(blocks), { copy: null });
  const layers = objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, config }) => ({ kind, ...asObject(config) }));
  return { artifacts, layers: layers as readonly Readonly<Record<string, unknown>>[] };
}

describe('an EfficientNet of EfficientNet-PyTorch', () => {
  it('moves on where its stages begin, with the padding and the epsilon of TensorFlow', () => {
    const { layers } = layersOf(B0);
    const depthwise = layers.filter(({ kind }) => kind === 'DepthwiseConv2D');
    expect(depthwise.map(({ strides }) => (strides as number[])[0])).toEqual([1, 2, 1, 2, 2, 1, 2, 1]);
    expect(new Set(depthwise.map(({ padding }) => padding))).toEqual(new Set(['same']));
    expect(new Set(layers.flatMap(({ epsilon }) => epsilon ?? []))).toEqual(new Set([1e-3]));
    expect(layers.filter(({ kind }) => kind === 'Add').map(({ name }) => name)).toEqual(['blocks.2']);
  });

  it('has layers that tf.js can name, which are found by torch’s names too', () => {
    const { artifacts, layers } = layersOf(B0);
    expect(layers.map(({ name }) => String(name)).filter((name) => !/^[A-Za-z0-9]/.test(name))).toEqual([]);
    expect(artifacts.otherNames?.get('_blocks.2')).toBe('blocks.2');
    expect(artifacts.weights.every(({ name }) => !name.startsWith('_'))).toBe(true);
  });

  it('of other stages is refused, as its strides are open then', () => {
    expect(() => layersOf(B0.slice(0, -1))).toThrow(
      /its blocks are those of 6 stages and not of 7, which leaves open where it moves on by two cells; please give the whole network/,
    );
  });
});
