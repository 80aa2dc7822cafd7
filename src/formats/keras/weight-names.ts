/** How Keras and tf.js call the weights of a layer, and in which order Keras stores them. */
import { asObject, type JsonObject } from '../json.ts';
import { plainKind } from '../layers/layer-kinds.ts';

const KERNEL = ['kernel', 'bias'];

/**
 * The weights of a layer of this kind, in Keras' order, by their own names in tf.js. Layers of other kinds have none.
 * What trails the list in a file (counters, seeds) is of no use when a network only runs.
 */
export function weightNames({ class_name: kind, config }: JsonObject): string[] {
  const settings = asObject(config) ?? {};
  const unless = (setting: string, name: string) => (settings[setting] === false ? [] : [name]);
  const bias = unless('use_bias', 'bias');
  switch (plainKind(String(kind))) {
    case 'Conv2D':
    case 'Conv2DTranspose':
    case 'Dense':
      return KERNEL.slice(0, 1 + bias.length);
    case 'DepthwiseConv2D':
      return ['depthwise_kernel', ...bias];
    case 'SeparableConv2D':
      return ['depthwise_kernel', 'pointwise_kernel', ...bias];
    case 'BatchNormalization':
      return [...unless('scale', 'gamma'), ...unless('center', 'beta'), 'moving_mean', 'moving_variance'];
    case 'GroupNormalization':
    case 'LayerNormalization':
      return [...unless('scale', 'gamma'), ...unless('center', 'beta')];
    case 'Normalization':
      // Given as constants they are in the configuration instead.
      return settings.mean === null || settings.mean === undefined ? ['mean', 'variance'] : [];
    case 'PReLU':
      return ['alpha'];
    default:
      return [];
  }
}
