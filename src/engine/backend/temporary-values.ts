/**
 * What a layer holds for a moment beside what it takes and what it gives, in values per image: upper bounds, which `layer-grid` holds against what is
 * measured. The batch of a sweep is as large as memory allows, so what is left out here is taken beyond what was allowed.
 */
import type * as tfl from '@tensorflow/tfjs-layers';
import { asPair, transposedSideOf } from '../layers/convolution-layers.ts';

type Shape = readonly (number | null)[];

function product(sides: Shape): number {
  return sides.reduce<number>((all, side) => all * (side ?? 1), 1);
}

/** Copies of its result that an activation makes on its way; one for those that are not named. */
const OF_ACTIVATION: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 0,
  clipOf: 2,
  eluOf: 4,
  gelu: 4,
  hardSigmoid: 2,
  hardSigmoidOfKeras3: 3,
  hardSilu: 4,
  log_softmax: 5,
  logSoftmax: 5,
  mish: 2,
  relu6: 2,
  reluOf: 8,
  softsign: 2,
};

/** The same for layers. */
const OF_LAYER: Readonly<Record<string, number>> = {
  GroupNormalization: 5,
  LayerNormalization: 6,
  PReLU: 3,
  Rescaling: 2,
  Softmax: 2,
  ThresholdedReLU: 2,
  UnitNormalization: 3,
};

/** What a transposed convolution reaches before it is cut to its size. */
function reached(layer: tfl.layers.Layer, [, rows, columns]: Shape, channels: number): number {
  return transposedSideOf(layer, rows ?? 1, 0).whole * transposedSideOf(layer, columns ?? 1, 1).whole * channels;
}

/** What a convolution makes on its way to its result, before bias and activation. */
function onTheWay(layer: tfl.layers.Layer, input: Shape, output: Shape): number {
  const { groups } = layer.getConfig();
  switch (layer.getClassName()) {
    case 'Conv2D':
      return groups === undefined || groups === 1 ? 0 : product(input) / Number(groups);
    case 'Conv2DTranspose':
      return 3 * (reached(layer, input, output.at(-1) ?? 1) + product(output));
    case 'SeparableConv2D':
      // tf.js does not say the multiplier; the kernel is `[rows, columns, channels, multiplier]`.
      return product(output.slice(0, -1)) * product(layer.weights[0]?.shape.slice(2) ?? []);
    default:
      return 0;
  }
}

/**
 * @param inputs the shapes of the layer's inputs, `[null, ...]`
 * @param output the shape of its result
 */
export function temporaryValues(layer: tfl.layers.Layer, inputs: readonly Shape[], output: Shape): number {
  const own = product(output);
  const [input = []] = inputs;
  const { activation, size } = layer.getConfig();
  const steps = OF_ACTIVATION[String(activation ?? 'linear')] ?? 1;
  switch (layer.getClassName()) {
    case 'Activation':
      return own * Math.max(1, steps);
    case 'Conv2D':
    case 'Conv2DTranspose':
    case 'Dense':
    case 'DepthwiseConv2D':
    case 'SeparableConv2D':
      return own * (1 + steps) + onTheWay(layer, input, output);
    case 'Cropping2D':
      return product(input);
    case 'CenterCrop':
    case 'Resizing':
      // Resized one way, what bars are taken off and put on, and the weights of both.
      return 2 * (own + product(input)) + (output[1] ?? 1) * (input[1] ?? 1) + (output[2] ?? 1) * (input[2] ?? 1);
    case 'SmoothUpSampling2D':
      // Enlarged one way, and the weights of both.
      return own + product(input) + (asPair(size)[0] + asPair(size)[1]) * Math.max(input[1] ?? 1, input[2] ?? 1) ** 2;
    case 'Add':
    case 'Average':
    case 'Maximum':
    case 'Minimum':
    case 'Multiply':
      // One after the other; an average knows the number of them.
      return own * inputs.length + 1;
    default:
      return own * (OF_LAYER[layer.getClassName()] ?? 1);
  }
}
