/** Which layers keep channels apart: every channel of their result depends on the same channel of their input alone. */
import type * as tfl from '@tensorflow/tfjs-layers';

const ALWAYS = new Set([
  'AveragePooling2D',
  'CenterCrop',
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
  'SpatialDropout2D',
  'UpSampling2D',
  'ZeroPadding2D',
]);

/** Whether the layer normalises the last axis of its input. */
export function normalisesChannels(layer: tfl.layers.Layer): boolean {
  if (layer.getClassName() !== 'BatchNormalization') return false;
  const { axis } = layer.getConfig();
  const rank = Array.isArray(layer.outputShape) ? layer.outputShape.length : 0;
  return axis === -1 || axis === rank - 1;
}

export function keepsChannelsApart(layer: tfl.layers.Layer): boolean {
  const { activation, depthMultiplier } = layer.getConfig();
  switch (layer.getClassName()) {
    case 'Activation':
      return activation !== 'softmax';
    case 'BatchNormalization':
      return normalisesChannels(layer);
    case 'DepthwiseConv2D':
      return depthMultiplier === 1 && activation !== 'softmax';
    default:
      return ALWAYS.has(layer.getClassName());
  }
}
