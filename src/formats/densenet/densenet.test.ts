import { describe, expect, it } from 'vitest';
import { objectsIn } from '../json.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { goldenExpected } from '../testing/goldens.ts';
import { denseNet } from './densenet.ts';
import { denseNetOfTorch } from './densenet-torch.ts';

/** The parameters of a DenseNet of the given blocks, all zero, with torchvision's names and shapes. */
function parameters(blocks: readonly number[], classes: number): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  const add = (name: string, shape: number[]) =>
    tensors.set(name, { shape, values: new Float32Array(shape.reduce((a, b) => a * b)), source: name });
  const norm = (name: string, channels: number) => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) add(`${name}.${part}`, [channels]);
  };
  add('features.conv0.weight', [64, 3, 7, 7]);
  norm('features.norm0', 64);
  let channels = 64;
  for (const [b, layers] of blocks.entries()) {
    for (let i = 1; i <= layers; i++, channels += 32) {
      const name = `features.denseblock${b + 1}.denselayer${i}`;
      norm(`${name}.norm1`, channels);
      add(`${name}.conv1.weight`, [128, channels, 1, 1]);
      norm(`${name}.norm2`, 128);
      add(`${name}.conv2.weight`, [32, 128, 3, 3]);
    }
    if (b === blocks.length - 1) break;
    norm(`features.transition${b + 1}.norm`, channels);
    add(`features.transition${b + 1}.conv.weight`, [channels / 2, channels, 1, 1]);
    channels /= 2;
  }
  norm('features.norm5', channels);
  add('classifier.weight', [classes, channels]);
  add('classifier.bias', [classes]);
  return tensors;
}

const fromTorch = (tensors: ReadonlyMap<string, NamedTensor>) =>
  denseNet('w.safetensors', denseNetOfTorch('w.safetensors', tensors).weights);

function layerNames(blocks: readonly number[]): unknown[] {
  const { topology } = fromTorch(parameters(blocks, 7));
  return objectsIn(topology.config.layers).map(({ name }) => name);
}

describe('DenseNets from torch’s weights', () => {
  it('have the very layers, in the very order, of Keras’ own', () => {
    expect(layerNames([2, 3, 2, 2])).toEqual(goldenExpected('tiny-imagenet-head').layers);
  });

  it('have as many layers as the weights say: for DenseNet-169 82 times 7, 3 transitions of 4, 7 before and 4 after', () => {
    expect(layerNames([6, 12, 32, 32])).toHaveLength(82 * 7 + 3 * 4 + 7 + 4);
    expect(layerNames([6, 12, 24, 16])).toContain('conv4_block24_concat');
  });

  it('turn kernels from [out, in, row, column] to [row, column, in, out]', () => {
    const tensors = parameters([1, 1], 2);
    const kernel = tensors.get('features.conv0.weight');
    // Filter 5, channel 2, row 3, column 4.
    if (kernel) kernel.values[((5 * 3 + 2) * 7 + 3) * 7 + 4] = 9;
    const { weights, data } = fromTorch(tensors);
    expect(weights[0]).toEqual({ name: 'conv1_conv/kernel', shape: [7, 7, 3, 64] });
    expect(new Float32Array(data)[((3 * 7 + 4) * 3 + 2) * 64 + 5]).toBe(9);
  });

  it('name the first tensor that is missing or has the wrong shape', () => {
    const missing = parameters([2, 2], 3);
    missing.delete('features.denseblock2.denselayer1.norm2.bias');
    expect(() => fromTorch(missing)).toThrow(/w\.safetensors.*features\.denseblock2\.denselayer1\.norm2\.bias is missing/);
    const wrong = parameters([2, 2], 3);
    wrong.set('classifier.weight', { shape: [12, 5], values: new Float32Array(60), source: 'classifier.weight' });
    expect(() => fromTorch(wrong)).toThrow(/classifier\.weight has the shape \[5, 12\]/);
    expect(() => fromTorch(new Map())).toThrow(/features\.conv0\.weight/);
  });
});
