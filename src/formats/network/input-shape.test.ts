import { describe, expect, it } from 'vitest';
import type { Json, ModelTopology } from './artifacts.ts';
import { checkInput, inputChannels, namedInputSize, withInputSize } from './input-shape.ts';

type Shape = readonly (number | null)[];

function layer(kind: string, name: string, settings: { readonly [key: string]: Json } = {}): { readonly [key: string]: Json } {
  return { class_name: kind, name, config: { name, ...settings } };
}

function functional(shape: Shape, inputs: Json = [['image', 0, 0]]): ModelTopology {
  const layers = [
    layer('Conv2D', 'conv'),
    layer('InputLayer', 'image', { batch_input_shape: shape }),
    layer('InputLayer', 'other', { batch_input_shape: shape }),
  ];
  return { class_name: 'Functional', config: { name: 'model', layers, input_layers: inputs, output_layers: [['conv', 0, 0]] } };
}

function sequential(...layers: Json[]): ModelTopology {
  return { class_name: 'Sequential', config: { name: 'model', layers } };
}

const INSIDE = { class_name: 'Functional', name: 'base', config: functional([null, 48, 64, 3]).config };

describe('what a network takes', () => {
  it.each([
    ['a functional model', functional([null, 48, 64, 3])],
    ['one whose list of inputs is flat', functional([null, 48, 64, 3], ['image', 0, 0])],
    ['a Sequential model with an input', sequential(layer('InputLayer', 'in', { batch_input_shape: [null, 48, 64, 3] }))],
    ['a Sequential model whose first layer says it', sequential(layer('Conv2D', 'conv', { batch_input_shape: [null, 48, 64, 3] }))],
    ['a Sequential model that begins with a model', sequential(INSIDE, layer('Dense', 'scores'))],
    [
      'one that begins with a Sequential model that begins with a model',
      sequential({ class_name: 'Sequential', name: 'outer', config: sequential(INSIDE).config }),
    ],
  ])('is the size that it names: %s', (_what, topology) => {
    expect(namedInputSize(topology)).toEqual({ width: 64, height: 48 });
    expect(() => checkInput('network.h5', topology)).not.toThrow();
    expect(namedInputSize(withInputSize(topology, { width: 20, height: 30 }))).toEqual({ width: 20, height: 30 });
  });

  it('is any size where it names none, or only one side', () => {
    for (const shape of [
      [null, null, null, 3],
      [null, 48, null, 3],
    ]) {
      const topology = functional(shape);
      expect(namedInputSize(topology)).toBeNull();
      expect(() => checkInput('network.h5', topology)).not.toThrow();
      expect(namedInputSize(withInputSize(topology, { width: 20, height: 30 }))).toEqual({ width: 20, height: 30 });
    }
  });

  it.each([1, 3, 4])('may have %i channels, which stay when a size is given', (channels) => {
    for (const topology of [
      functional([null, null, null, channels]),
      sequential(layer('Conv2D', 'conv', { batch_input_shape: [null, 8, 8, channels] })),
    ]) {
      expect(() => checkInput('network.h5', topology)).not.toThrow();
      expect(inputChannels(topology)).toBe(channels);
      expect(inputChannels(withInputSize(topology, { width: 20, height: 30 }))).toBe(channels);
    }
  });

  it('changes at its input alone when a size is given', () => {
    const { config } = withInputSize(functional([null, null, null, 3]), { width: 20, height: 30 });
    const shapes = (config.layers as { config: { batch_input_shape?: Json } }[]).map((found) => found.config.batch_input_shape);
    expect(shapes).toEqual([undefined, [null, 30, 20, 3], [null, null, null, 3]]);
  });

  it.each([
    [
      'two images',
      functional(
        [null, 8, 8, 3],
        [
          ['image', 0, 0],
          ['other', 0, 0],
        ],
      ),
      '2 inputs',
    ],
    ['sequences', functional([null, 20]), 'sequences'],
    ['films', functional([null, 16, 8, 8, 3]), 'sequences'],
    ['two channels', functional([null, 8, 8, 2]), 'images of 2 channels'],
    ['thirteen channels', functional([null, 8, 8, 13]), 'images of 13 channels'],
    ['images of any channels', functional([null, 8, 8, null]), 'an unknown number of channels'],
    ['images of a billion pixels', functional([null, 1e9, 8, 3]), '4096'],
    ['images of no pixels', functional([null, 0, 8, 3]), '4096'],
    ['an input that is not there', functional([null, 8, 8, 3], [['photo', 0, 0]]), 'does not say'],
    ['nothing', sequential(), 'does not say'],
  ])('is refused in one sentence: %s', (_what, topology, fault) => {
    expect(() => checkInput('network.h5', topology)).toThrow(new RegExp(`network\\.h5.*${fault}.*\\.$`));
  });
});
