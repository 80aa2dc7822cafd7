/** The table of kinds: one entry each, and what the entries say of their windows. That these hold is checked by the grid of layers. */
import { describe, expect, it } from 'vitest';
import type { BuiltLayer, Shape } from './built-layer.ts';
import { builtKind, LAYER_FAMILIES, layerKind } from './layer-kinds.ts';

const NAMES = LAYER_FAMILIES.flatMap((family) => Object.keys(family));

describe('the table of kinds', () => {
  it('has one entry for every kind', () => {
    expect(NAMES.filter((name, i) => NAMES.indexOf(name) !== i)).toEqual([]);
    for (const name of NAMES) expect(layerKind(name), name).toBeDefined();
  });

  it('knows no kind that is not in it, nor what every object has', () => {
    expect(layerKind('LSTM')).toBeUndefined();
    expect(layerKind('constructor')).toBeUndefined();
    expect(() => builtKind('LSTM')).toThrow('never built');
    expect(() => builtKind('RandomFlip')).toThrow('never built');
  });
});

/** The cells of the input, within its length, that each cell of the result depends on. */
function cellsBehind(kind: string, config: BuiltLayer['config'], from: number, to: number): readonly (readonly number[])[] | 'dense' {
  const shape = (length: number): Shape => [null, length, 1, 2];
  const window = builtKind(kind).inputWindow({ config, weights: [], inputs: [shape(from)], output: shape(to) }, 0);
  if (window === 'dense') return 'dense';
  const { first, size, stride, spacing } = window.rows;
  return Array.from({ length: to }, (_, cell) => {
    const begin = first + cell * stride;
    return [...Array(from).keys()].filter((input) => begin <= input * spacing && input * spacing < begin + size);
  });
}

describe('what a cell of the result depends on', () => {
  it.each([
    [
      'a convolution',
      'Conv2D',
      { kernelSize: [3, 1], padding: 'valid' },
      4,
      [
        [0, 1, 2],
        [1, 2, 3],
      ],
    ],
    [
      'a padded one',
      'Conv2D',
      { kernelSize: [3, 1], padding: 'same' },
      3,
      [
        [0, 1],
        [0, 1, 2],
        [1, 2],
      ],
    ],
    [
      'a strided one',
      'Conv2D',
      { kernelSize: [2, 1], strides: [2, 1], padding: 'valid' },
      5,
      [
        [0, 1],
        [2, 3],
      ],
    ],
    // One row is added, below: TensorFlow puts the odd one there.
    [
      'a strided, padded one',
      'DepthwiseConv2D',
      { kernelSize: [3, 1], strides: [2, 1], padding: 'same' },
      4,
      [
        [0, 1, 2],
        [2, 3],
      ],
    ],
    // The gaps between its taps count.
    [
      'a dilated one',
      'SeparableConv2D',
      { kernelSize: [2, 1], dilationRate: [2, 1], padding: 'valid' },
      4,
      [
        [0, 1, 2],
        [1, 2, 3],
      ],
    ],
    ['a transposed one', 'Conv2DTranspose', { kernelSize: [3, 1], strides: [2, 1], padding: 'valid' }, 2, [[0], [0], [0, 1], [1], [1]]],
    [
      'a transposed one that was cut',
      'Conv2DTranspose',
      { kernelSize: [3, 1], strides: [2, 1], padding: 'same' },
      2,
      [[0], [0], [0, 1], [1]],
    ],
    [
      'pooling',
      'MaxPooling2D',
      { poolSize: [2, 1], strides: [2, 1], padding: 'valid' },
      4,
      [
        [0, 1],
        [2, 3],
      ],
    ],
    ['repetition', 'UpSampling2D', { size: [2, 1] }, 2, [[0], [0], [1], [1]]],
    [
      'cropping',
      'Cropping2D',
      {
        cropping: [
          [1, 1],
          [0, 0],
        ],
      },
      4,
      [[1], [2]],
    ],
    [
      'padding',
      'ZeroPadding2D',
      {
        padding: [
          [2, 0],
          [0, 0],
        ],
      },
      2,
      [[], [], [0], [1]],
    ],
    ['an activation', 'ReLU', {}, 2, [[0], [1]]],
    ['a joining of channels', 'Concatenate', { axis: -1 }, 2, [[0], [1]]],
  ] as const)('%s', (_what, kind, config, from, expected) => {
    expect(cellsBehind(kind, config, from, expected.length)).toEqual(expected);
  });

  it.each([
    ['what joins rows', 'Concatenate', { axis: 1 }, 2, 4],
    ['a softmax along the rows', 'Softmax', { axis: [1] }, 3, 3],
    ['a single cell that is repeated', 'Multiply', {}, 1, 3],
    ['a normalisation by statistics of the whole map', 'GroupNormalization', { groups: 1 }, 3, 3],
  ] as const)('any: %s', (_what, kind, config, from, to) => {
    expect(cellsBehind(kind, config, from, to)).toBe('dense');
  });
});
