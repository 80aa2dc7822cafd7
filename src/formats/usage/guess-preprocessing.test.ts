import { describe, expect, it } from 'vitest';
import { normalisationId } from '../../core/images/preprocessing.ts';
import type { Json, ModelTopology } from '../network/artifacts.ts';
import { guessPreprocessing } from './guess-preprocessing.ts';

type Layer = { readonly [key: string]: Json };

function layer(kind: string, name: string): Layer {
  return { class_name: kind, name, config: { name } };
}

function network(...layers: Layer[]): ModelTopology {
  return { class_name: 'Functional', config: { name: 'model', layers: [layer('InputLayer', 'image'), ...layers] } };
}

function inside(...layers: Layer[]): Layer {
  return { class_name: 'Functional', name: 'base', config: network(...layers).config };
}

const CONV = layer('Conv2D', 'conv');

describe('how a network wants its images', () => {
  it.each([
    ['a DenseNet', ['conv1_conv', 'conv2_block1_0_bn', 'conv2_block1_1_bn'], 'torch', 224],
    ['a ResNet V2', ['conv1_conv', 'conv2_block1_preact_bn', 'conv2_block1_1_bn'], 'tensorflow', 224],
    ['a ResNet', ['conv1_conv', 'conv2_block1_1_bn'], 'caffe', 224],
    ['a ResNet', ['conv1', 'res2a_branch2a', 'bn2a_branch2a'], 'caffe', 224],
    ['a VGG', ['block1_conv1', 'block4_conv3', 'block5_conv3'], 'caffe', 224],
    ['an Inception', ['mixed0', 'mixed10'], 'tensorflow', 299],
    ['an Inception', ['mixed_5b', 'mixed_7a'], 'tensorflow', 299],
    ['an Xception', ['block1_conv1', 'block4_sepconv2', 'block14_sepconv2'], 'tensorflow', 299],
    ['a MobileNet', ['conv1', 'conv_dw_1', 'conv_dw_13'], 'tensorflow', 224],
    ['a MobileNet', ['Conv1', 'block_1_expand', 'block_16_expand'], 'tensorflow', 224],
    ['a NASNet', ['stem_conv1', 'normal_conv_1_0'], 'tensorflow', 224],
  ])('is told by names that only its family has: %s, %j', (title, names, normalisation, side) => {
    const layers = names.map((name) => layer('Conv2D', name));
    for (const topology of [network(...layers), network(inside(...layers), layer('Dense', 'scores'))]) {
      const guess = guessPreprocessing(topology);
      expect(normalisationId(guess.preprocessing)).toBe(normalisation);
      expect(guess.input).toEqual({ width: side, height: side });
      expect(guess.because).toBe(`looks like ${title}`);
    }
  });

  it.each([
    [1, 'grey'],
    [4, 'rgba'],
  ])('is values from 0 to 1 where it takes %i channels, of whatever family', (count, channels) => {
    const input = { class_name: 'InputLayer', name: 'in', config: { name: 'in', batch_input_shape: [null, 8, 8, count] } };
    const guess = guessPreprocessing({
      class_name: 'Sequential',
      config: { name: 'model', layers: [input, layer('Conv2D', 'conv2_block1_0_bn')] },
    });
    expect(guess.preprocessing).toMatchObject({
      channels,
      scale: 1 / 255,
      mean: new Array(count).fill(0),
      std: new Array(count).fill(1),
    });
  });

  it.each([
    ['a scale', network(layer('Rescaling', 'rescaling'), CONV)],
    ['a normalisation', network(layer('Normalization', 'normalization'), CONV)],
    ['a scale after augmentation', network(inside(layer('RandomFlip', 'flip')), layer('Rescaling', 'rescaling'), CONV)],
    ['a scale in a model inside', network(inside(layer('Rescaling', 'rescaling'), CONV), layer('Dense', 'scores'))],
    ['a scale before a network of a known family', network(layer('Rescaling', 'rescaling'), inside(layer('Conv2D', 'conv2_block1_0_bn')))],
  ])('is as they are, where its own first layers prepare them: %s', (_what, topology) => {
    const guess = guessPreprocessing(topology);
    expect(normalisationId(guess.preprocessing)).toBe('none');
    expect(guess.because).toBe('scales its images itself');
  });

  it('is not told by a scale that comes later, as after a branch', () => {
    expect(normalisationId(guessPreprocessing(network(CONV, layer('Rescaling', 'rescaling'))).preprocessing)).toBe('unit');
  });

  it('is from 0 to 1 for a network of no known family, and stretched', () => {
    const guess = guessPreprocessing(network(CONV));
    expect(normalisationId(guess.preprocessing)).toBe('unit');
    expect(guess.preprocessing.fit).toBe('stretched');
    expect(guess.because).toBe('is of no known family');
  });

  it.each(['Resizing', 'CenterCrop'])('is the size that its own %s gives them, where it takes any', (kind) => {
    const own = { ...layer(kind, 'size'), config: { name: 'size', height: 96, width: 128 } };
    const guess = guessPreprocessing(network(own, CONV));
    expect(guess.input).toEqual({ width: 128, height: 96 });
    // The network would shrink images without antialiasing: that they come at that size is said.
    expect(guess.assumptions.join()).toContain('128 × 96 pixels by the network itself');
    // Further in it is no preparation.
    expect(guessPreprocessing(network(CONV, own)).input).toEqual({ width: 224, height: 224 });
  });

  it('is as they come where it turns channels round itself', () => {
    const slice = (...slices: Json[]): Layer => ({ ...layer('Slice', 'slice'), config: { name: 'slice', slices } });
    const resnet = inside(layer('Conv2D', 'conv2_block1_1_bn'));
    expect(normalisationId(guessPreprocessing(network(slice('...', [null, null, -1]), resnet)).preprocessing)).toBe('none');
    expect(normalisationId(guessPreprocessing(network(slice([null, null, 1], [1, -1, 1]), resnet)).preprocessing)).toBe('caffe');
  });

  it('keeps the size of a known family, where it prepares its images itself', () => {
    expect(guessPreprocessing(network(layer('Rescaling', 'rescaling'), layer('Conv2D', 'mixed10'))).input).toEqual({
      width: 299,
      height: 299,
    });
  });
});
