import { describe, expect, it } from 'vitest';
import { objectsIn } from '../../json.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import { goldenExpected } from '../../testing/goldens.ts';
import { modelOfStateDict } from '../model-of-state-dict.ts';

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

const fromTorch = (tensors: ReadonlyMap<string, NamedTensor>) => modelOfStateDict('w.safetensors', tensors, { copy: null });

function layerNames(blocks: readonly number[]): unknown[] {
  const { topology } = fromTorch(parameters(blocks, 7)).artifacts;
  return objectsIn(topology.config.layers).map(({ name }) => name);
}

describe('DenseNets from torch’s weights', () => {
  it('have the layers of Keras’ own under the paths of torch’s modules, and know them by their former names', () => {
    const { otherNames = new Map<string, string>() } = fromTorch(parameters([2, 3, 2, 2], 7)).artifacts;
    const former = goldenExpected('tiny-imagenet-head').layers ?? [];
    // Keras pads with layers of its own, and calls its ends otherwise.
    const known = former.filter((name) => !/^(input_layer|zero_padding2d\w*|relu|predictions)$/.test(name));
    expect(known.filter((name) => !otherNames.has(name))).toEqual([]);
    expect(otherNames.get('conv3_block2_1_conv')).toBe('features.denseblock2.denselayer2.conv1');
    expect(otherNames.get('conv3_block2_concat')).toBe('features.denseblock2.denselayer2.concat');
    expect(otherNames.get('conv3_block3_concat')).toBe('features.denseblock2');
    expect(otherNames.get('pool4_bn')).toBe('features.transition3.norm');
    const names = layerNames([2, 3, 2, 2]);
    expect([...otherNames.values()].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('have as many layers as the weights say: for DenseNet-169 82 times 7, 3 transitions of 5, 6 before and 4 after', () => {
    expect(layerNames([6, 12, 32, 32])).toHaveLength(82 * 7 + 3 * 5 + 6 + 4);
    expect(layerNames([6, 12, 24, 16])).toEqual(expect.arrayContaining(['features.denseblock3.denselayer24.conv2', 'features.norm5']));
  });

  it('turn kernels from [out, in, row, column] to [row, column, in, out]', () => {
    const tensors = parameters([1, 1], 2);
    const kernel = tensors.get('features.conv0.weight');
    // Filter 5, channel 2, row 3, column 4.
    if (kernel) kernel.values[((5 * 3 + 2) * 7 + 3) * 7 + 4] = 9;
    const { weights, data } = fromTorch(tensors).artifacts;
    expect(weights[0]).toEqual({ name: 'features.conv0/kernel', shape: [7, 7, 3, 64] });
    expect(new Float32Array(data)[((3 * 7 + 4) * 3 + 2) * 64 + 5]).toBe(9);
  });

  it('name the first tensor that is missing or has the wrong shape', () => {
    const missing = parameters([2, 2], 3);
    missing.delete('features.denseblock2.denselayer1.norm2.bias');
    expect(() => fromTorch(missing)).toThrow(/w\.safetensors.*features\.denseblock2\.denselayer1\.norm2\.bias is missing/);
    const gap = parameters([2, 2], 3);
    for (const name of [...gap.keys()]) if (name.startsWith('features.denseblock2.denselayer1.')) gap.delete(name);
    expect(() => fromTorch(gap)).toThrow(/features\.denseblock2\.denselayer1\.norm1\.weight is missing/);
    const wrong = parameters([2, 2], 3);
    wrong.set('classifier.weight', { shape: [12, 5], values: new Float32Array(60), source: 'classifier.weight' });
    expect(() => fromTorch(wrong)).toThrow(/classifier\.weight has the shape \[12, 5\] where 128 features come in/);
    expect(() => fromTorch(new Map())).toThrow(/w\.safetensors holds no weights/);
  });

  it('leave open how a network for small images begins', () => {
    const tensors = parameters([1, 1], 2);
    tensors.set('features.conv0.weight', { shape: [64, 3, 3, 3], values: new Float32Array(64 * 27), source: 'features.conv0.weight' });
    const { artifacts, choices } = fromTorch(tensors);
    expect(choices?.find(({ id }) => id === 'stem')?.chosen).toBe('kept');
    expect(JSON.stringify(artifacts.topology)).not.toContain('features.pool0');
    expect(fromTorch(parameters([1, 1], 2)).choices?.find(({ id }) => id === 'stem')).toBeUndefined();
  });
});
