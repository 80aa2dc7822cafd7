/** What layers cost, worked out by hand: values of the result times the products behind each. */
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { packArtifacts } from '../../formats/network/artifacts.ts';
import { buildLayersModel } from '../loading/build-layers-model.ts';
import { chain, INPUT } from '../testing/grid-case.ts';
import { drawWeights } from '../testing/reference/network.ts';
import { zeros } from '../testing/reference/values.ts';
import { factsOf } from './layer-facts.ts';
import { buildLayerGraph, disposeGraph } from './layer-graph.ts';

/** What a layer costs on an input of this shape, without the batch. */
function costOf(layer: tfl.layers.Layer, inputShape: readonly number[]): number {
  const input = tfl.input({ shape: [...inputShape] });
  const output = layer.apply(input) as tfl.SymbolicTensor;
  const cost = factsOf(layer, [input.shape], output.shape).macs;
  layer.dispose();
  return cost;
}

describe('a convolution', () => {
  it('takes one product per tap and channel, for every value of its result', () => {
    const layer = () => ({ filters: 5, kernelSize: [3, 2] as [number, number] });
    // 7 x 6 cells: 5 x 5 places for a filter of 3 x 2.
    expect(costOf(tfl.layers.conv2d({ ...layer(), padding: 'valid' }), [7, 6, 3])).toBe(5 * 5 * 5 * (3 * 2 * 3));
    expect(costOf(tfl.layers.conv2d({ ...layer(), padding: 'same' }), [7, 6, 3])).toBe(7 * 6 * 5 * (3 * 2 * 3));
  });

  it('takes fewer with a stride', () => {
    const layer = () => ({ filters: 5, kernelSize: [3, 2] as [number, number], strides: 2 });
    // Rows 0, 2, 4 and columns 0, 2, 4; padded, row 6 as well.
    expect(costOf(tfl.layers.conv2d({ ...layer(), padding: 'valid' }), [7, 6, 3])).toBe(3 * 3 * 5 * 18);
    expect(costOf(tfl.layers.conv2d({ ...layer(), padding: 'same' }), [7, 6, 3])).toBe(4 * 3 * 5 * 18);
  });

  it('takes no more with a bias or an activation, which pass over the values once', () => {
    const plain = costOf(tfl.layers.conv2d({ filters: 4, kernelSize: 1, useBias: false }), [3, 3, 2]);
    expect(plain).toBe(9 * 4 * 2);
    expect(costOf(tfl.layers.conv2d({ filters: 4, kernelSize: 1, useBias: true, activation: 'relu' }), [3, 3, 2])).toBe(plain);
  });

  it('that is depthwise takes the taps of a single channel', () => {
    const layer = (depthMultiplier: number) => tfl.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier });
    expect(costOf(layer(1), [5, 4, 6])).toBe(5 * 4 * 6 * 9);
    expect(costOf(layer(2), [5, 4, 6])).toBe(5 * 4 * 12 * 9);
    const strided = tfl.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', strides: 2 });
    expect(costOf(strided, [5, 4, 6])).toBe(3 * 2 * 6 * 9);
  });

  it('that is separable takes a depthwise and a pointwise one', () => {
    const layer = (strides: number) =>
      tfl.layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same', depthMultiplier: 2, strides });
    // The depthwise one gives six channels; the pointwise one mixes six into four.
    expect(costOf(layer(1), [5, 5, 3])).toBe(25 * 6 * 9 + 25 * 4 * 6);
    expect(costOf(layer(2), [5, 5, 3])).toBe(9 * 6 * 9 + 9 * 4 * 6);
  });

  it('in groups takes the channels of one group', async () => {
    const { topology } = chain('groups', [
      ['Conv2D', { filters: 6, kernel_size: [1, 1] }],
      ['Conv2D', { filters: 8, groups: 2, kernel_size: [3, 2], use_bias: false }],
    ]);
    const weights = drawWeights(topology, zeros(INPUT), (_name, size) => new Float32Array(size));
    const model = await buildLayersModel(packArtifacts(topology, weights));
    const graph = buildLayerGraph(model);
    // 7 x 6 cells: 5 x 5 places for a filter of 3 x 2.
    expect(graph.nodes.map(({ macs: cost }) => cost)).toEqual([0, 7 * 6 * 6 * 3, 5 * 5 * 8 * (3 * 2 * 3)]);
    disposeGraph(graph);
    model.dispose();
  });

  it('that is transposed takes every value of its input to each of its taps', () => {
    const layer = tfl.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'valid' });
    expect(costOf(layer, [4, 5, 3])).toBe(4 * 5 * 3 * (3 * 3 * 2));
  });
});

describe('a matrix product', () => {
  it('takes one product per weight', () => {
    expect(costOf(tfl.layers.dense({ units: 4 }), [10])).toBe(40);
  });

  it('takes them at every cell, where it is of a layer with cells', () => {
    expect(costOf(tfl.layers.dense({ units: 3 }), [4, 5, 8])).toBe(4 * 5 * 8 * 3);
  });
});

describe('what only passes over its values', () => {
  it.each([
    // Its weights are vectors: one product per value, and a matter of memory.
    ['batch normalisation', () => tfl.layers.batchNormalization()],
    ['an activation', () => tfl.layers.activation({ activation: 'relu' })],
    // Its weights have the rank of a kernel, but none of them leads from one value to another.
    ['a parametric ReLU', () => tfl.layers.prelu()],
    ['pooling', () => tfl.layers.maxPooling2d({ poolSize: 2 })],
    ['padding', () => tfl.layers.zeroPadding2d({ padding: 1 })],
    ['flattening', () => tfl.layers.flatten()],
  ] as const)('is not counted: %s', (_what, layer) => {
    expect(costOf(layer(), [4, 6, 3])).toBe(0);
  });
});

describe('the cost of a network’s nodes', () => {
  it('is that of the layer each time it is used, at the size that it is used at', () => {
    const shared = tfl.layers.conv2d({ name: 'shared', filters: 3, kernelSize: 3, padding: 'same' });
    const input = tfl.input({ shape: [8, 6, 3] });
    const small = tfl.layers.averagePooling2d({ name: 'half', poolSize: 2 }).apply(shared.apply(input));
    const model = tfl.model({ inputs: input, outputs: shared.apply(small) as tfl.SymbolicTensor });
    const graph = buildLayerGraph(model);
    expect(graph.nodes.slice(1).map(({ name, macs: cost }) => [name, cost])).toEqual([
      ['shared', 8 * 6 * 3 * 27],
      ['half', 0],
      ['shared', 4 * 3 * 3 * 27],
    ]);
    disposeGraph(graph);
    model.dispose();
  });
});
