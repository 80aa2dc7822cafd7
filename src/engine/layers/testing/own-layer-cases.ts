/** Every setting of the layers of our own that a test runs. */
import { INTERPOLATIONS, type Resampling } from '../../../core/images/resampling-matrix.ts';
import { activation, at, BILINEAR, type Case, filled, flattening, merging, resizedBy, resizing, slicing, whole } from './definition.ts';

export const OWN_LAYER_CASES: readonly Case[] = [
  activation('a slope', 'leakyReluOf', { slope: 0.1 }, (x) => (x < 0 ? 0.1 * x : x)),
  activation('a threshold', 'reluOf', { slope: 0, threshold: 0.7 }, (x) => (x > 0.7 ? x : 0)),
  activation('a threshold, a slope and a ceiling', 'reluOf', { slope: 0.2, threshold: 0.7, maximum: 1.5 }, (x) =>
    x > 0.7 ? Math.min(x, 1.5) : 0.2 * (x - 0.7),
  ),
  activation('a slope and a ceiling', 'reluOf', { slope: 0.2, threshold: 0, maximum: 1.5 }, (x) => (x > 0 ? Math.min(x, 1.5) : 0.2 * x)),
  activation('an ELU of another height', 'eluOf', { alpha: 0.4 }, (x) => (x > 0 ? x : 0.4 * (Math.exp(x) - 1))),
  activation('a CELU', 'celuOf', { alpha: 0.4 }, (x) => (x > 0 ? x : 0.4 * (Math.exp(x / 0.4) - 1))),
  activation('clipping', 'clipOf', { minimum: -0.6, maximum: 1.2 }, (x) => Math.max(-0.6, Math.min(1.2, x))),
  activation('clipping from below', 'clipOf', { minimum: -0.6 }, (x) => Math.max(-0.6, x)),
  activation('absolute values', 'absolute', {}, Math.abs),
  activation('squares', 'square', {}, (x) => x * x),
  activation('cubes', 'powerOf', { exponent: 3 }, (x) => x ** 3),
  activation('inverses', 'powerOf', { exponent: -1 }, (x) => 1 / x),
  activation(
    'a Gaussian unit by a tangent',
    'approximateGelu',
    {},
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ),
  flattening([2, 3, 4, 2], [2, 24]),
  flattening([2, 5, 3], [2, 15]),
  flattening([2, 5], [2, 5]),
  ...INTERPOLATIONS.flatMap((interpolation) => {
    const down: Resampling = { interpolation, isAntialiased: true, alignment: 'half-pixel' };
    const up: Resampling = { interpolation, isAntialiased: false, alignment: 'half-pixel' };
    return [
      resizing(
        `${interpolation}, shrinking`,
        [1, 7, 5, 2],
        [3, 4],
        { interpolation, antialias: true },
        resizedBy(whole(7), whole(5), [3, 4], down),
      ),
      resizing(`${interpolation}, enlarging`, [2, 3, 4, 1], [5, 4], { interpolation }, resizedBy(whole(3), whole(4), [5, 4], up)),
    ];
  }),
  resizing('to the same size', [1, 4, 3, 2], [4, 3], { interpolation: 'gaussian' }, (x) => x),
  resizing(
    'cropping a wide image',
    [1, 4, 9, 2],
    [2, 2],
    { cropToAspectRatio: true },
    resizedBy(whole(4), { from: 2, length: 4 }, [2, 2], BILINEAR),
  ),
  resizing(
    'padding a high image',
    [1, 8, 3, 2],
    [4, 4],
    { padToAspectRatio: true, fillValue: 0.5 },
    resizedBy(whole(8), { from: -2, length: 7 }, [4, 4], BILINEAR, 0.5),
  ),
  {
    what: 'a crop of the middle',
    kind: 'CenterCrop',
    config: { height: 3, width: 2 },
    inputs: [[2, 6, 5, 2]],
    definition: (x) => filled([2, 3, 2, 2], ([n = 0, i = 0, j = 0, c = 0]) => at(x, [n, i + 1, j + 1, c])),
  },
  {
    what: 'a crop of more than there is',
    kind: 'CenterCrop',
    config: { height: 6, width: 3 },
    inputs: [[1, 4, 5, 2]],
    // The largest part of its shape, enlarged.
    definition: resizedBy(whole(4), { from: 1, length: 2 }, [6, 3], BILINEAR),
  },
  slicing('the channels turned round', ['...', [null, null, -1]], [1, 2, 2, 3], [1, 2, 2, 3], [[0], [0, 1], [0, 1], [2, 1, 0]]),
  slicing('some channels', ['...', [1, 3, null]], [1, 2, 2, 4], [1, 2, 2, 2], [[0], [0, 1], [0, 1], [1, 2]]),
  slicing('the last channel', ['...', -1], [2, 2, 2, 3], [2, 2, 2], [[0, 1], [0, 1], [0, 1], [2]]),
  slicing(
    'every second row, every third column backwards',
    [
      [null, null, 1],
      [1, null, 2],
      [null, null, -3],
    ],
    [1, 6, 8, 2],
    [1, 3, 3, 2],
    [[0], [1, 3, 5], [7, 4, 1], [0, 1]],
  ),
  slicing(
    'all but a border',
    [[null, null, 1], [1, -1, 1], [2, null, null], '...'],
    [1, 4, 5, 1],
    [1, 2, 3, 1],
    [[0], [1, 2], [2, 3, 4], [0]],
  ),
  merging(
    'Subtract',
    {},
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a - b,
  ),
  merging(
    'Subtract',
    {},
    [
      [1, 1, 1, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a - b,
  ),
  merging(
    'CustomScaleLayer',
    { scale: 0.17 },
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a + 0.17 * b,
  ),
  merging(
    'Divide',
    {},
    [
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    (a, b) => a / b,
  ),
];
