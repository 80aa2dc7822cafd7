/** Every activation, as a layer and in a layer, at everyday values and far out, and those with settings. */
import { checkGrid } from '../testing/check-grid.ts';
import { chain, single } from '../testing/grid-case.ts';
import { ACTIVATION_NAMES } from '../testing/reference/activations.ts';

/** On both sides of where functions bend, overflow or vanish in float32; the last is within what float64 holds. */
const MAX_ABS = [4, 40, 300];

const IN_LAYERS = [
  ['Conv2D', { filters: 2, kernel_size: [2, 2], padding: 'same' }],
  ['DepthwiseConv2D', { kernel_size: [2, 2], padding: 'same' }],
  ['SeparableConv2D', { filters: 2, kernel_size: [2, 2] }],
  ['Conv2DTranspose', { filters: 2, kernel_size: [2, 2] }],
  ['Dense', { units: 3 }],
] as const;

await checkGrid('an activation', [
  ...ACTIVATION_NAMES.flatMap((activation) =>
    MAX_ABS.map((maxAbs) => {
      // Its gradient weighs what overflows.
      const within = activation === 'exponential' ? Math.min(maxAbs, 80) : maxAbs;
      const what = `Activation ${activation} of values up to ${maxAbs}`;
      return chain(what, [['Activation', { activation }]], { maxAbs: within, input: [4, 3, 3], isOnWebGpu: maxAbs > 4 });
    }),
  ),
  ...IN_LAYERS.flatMap(([kind, settings]) =>
    ACTIVATION_NAMES.map((activation) => single(kind, { ...settings, activation }, { input: [4, 3, 3] })),
  ),
  ...['ELU', 'LeakyReLU', 'ReLU', 'Softmax', 'ThresholdedReLU'].flatMap((activation) => [
    single('Conv2D', { filters: 2, kernel_size: [2, 2], activation }, { input: [4, 3, 3], isOnWebGpu: activation === 'LeakyReLU' }),
    chain(`Activation ${activation}, a class by its name`, [['Activation', { activation }]], { maxAbs: 4, input: [4, 3, 3] }),
  ]),
  ...[-1, 3, 2, 1, -2, [1, 2], [3]].flatMap((axis) => [
    single('Softmax', { axis }, { isOnWebGpu: axis === 1 }),
    single('Softmax', { axis }, { maxAbs: 200, input: [4, 5, 3] }),
  ]),
  chain('Softmax of a vector', [['GlobalAveragePooling2D'], ['Softmax', { axis: -1 }]]),
  chain('Softmax of a vector, axis 1', [['GlobalAveragePooling2D'], ['Softmax', { axis: 1 }]]),
  chain('Softmax of rows of values', [
    ['Reshape', { target_shape: [6, 21] }],
    ['Softmax', { axis: 1 }],
  ]),
  ...[0, 0.3, 1].map((theta) => single('ThresholdedReLU', { theta }, { maxAbs: 2, isOnWebGpu: theta === 0.3 })),
  ...[{}, { max_value: 0.5 }, { negative_slope: 0.1 }, { threshold: 0.3 }, { max_value: 1, negative_slope: 0.2 }].map((settings) =>
    single('ReLU', settings, { maxAbs: 2 }),
  ),
  single('ReLU', { max_value: 6, negative_slope: 0.25, threshold: 0.5 }, { maxAbs: 9, isOnWebGpu: true }),
  single('ReLU', { max_value: null, negative_slope: 0, threshold: 0 }),
  ...[0.3, 0.01, 1.5].map((alpha) => single('LeakyReLU', { alpha })),
  single('LeakyReLU', { negative_slope: 0.2 }),
  single('LeakyReLU'),
  ...[1, 0.5, 2].map((alpha) => single('ELU', { alpha }, { maxAbs: 3 })),
  single('ELU', { alpha: 0.3 }, { maxAbs: 300, isOnWebGpu: true }),
  ...[null, [1, 2], [1], [2, 3], [1, 2, 3]].map((axes) => single('PReLU', { shared_axes: axes }, { isOnWebGpu: axes?.length === 1 })),
  chain('PReLU of a vector', [['Flatten'], ['PReLU', {}]]),
]);
