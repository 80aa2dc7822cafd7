/** Which layers keep channels apart: every channel of their result depends on the same channel of their input alone. */
import type * as tfl from '@tensorflow/tfjs-layers';

const ALWAYS = new Set([
  'AveragePooling2D',
  'CenterCrop',
  'Cropping2D',
  'Dropout',
  'ELU',
  'GlobalAveragePooling2D',
  'GlobalAveragePooling2DKeepDims',
  'GlobalMaxPooling2D',
  'GlobalMaxPooling2DKeepDims',
  'LeakyReLU',
  'MaxPooling2D',
  'PReLU',
  'ReLU',
  'Rescaling',
  'Resizing',
  'SmoothUpSampling2D',
  'SpatialDropout2D',
  'ThresholdedReLU',
  'UpSampling2D',
  'ZeroPadding2D',
]);

/** Activations that take all channels of a cell together. */
const MIXING = new Set(['softmax', 'logSoftmax', 'log_softmax']);

/** Whether the layer normalises the last axis of its input. */
function normalisesChannels(layer: tfl.layers.Layer): boolean {
  const { axis } = layer.getConfig();
  const rank = Array.isArray(layer.outputShape) ? layer.outputShape.length : 0;
  const [only, ...others] = Array.isArray(axis) ? axis : [axis];
  return others.length === 0 && (only === -1 || only === rank - 1);
}

export function keepsChannelsApart(layer: tfl.layers.Layer): boolean {
  const { activation, depthMultiplier, groups, filters } = layer.getConfig();
  const mixes = MIXING.has(String(activation));
  switch (layer.getClassName()) {
    case 'Activation':
      return !mixes;
    case 'BatchNormalization':
      return normalisesChannels(layer);
    case 'Conv2D':
      // One filter for every channel; tf.js' own layers have no groups.
      return Number(groups ?? 1) > 1 && groups === filters && layer.weights[0]?.shape[2] === 1 && !mixes;
    case 'DepthwiseConv2D':
      return depthMultiplier === 1 && !mixes;
    default:
      return ALWAYS.has(layer.getClassName());
  }
}
