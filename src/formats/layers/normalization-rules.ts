/** Normalisations that can be run here; those of fixed numbers become ones that tf.js has. */
import type { JsonObject } from '../json.ts';
import { commonConfig, numbersIn, type Part, type Rule, singleAxis, Unsupported } from './layer-rule.ts';

export const batchNormalization: Rule = ({ kind, config }) => {
  const axis = singleAxis(config.axis ?? -1);
  if (axis === null)
    throw new Unsupported('normalises several axes together, which cannot be run here; please normalise the channels alone');
  return [{ kind, config: { ...config, axis } }];
};

export const layerNormalization: Rule = ({ kind, config }) => {
  if (config.rms_scaling === true)
    throw new Unsupported('scales by the root of the mean square, which cannot be run here; please use the usual one');
  return [{ kind, config }];
};

export const groupNormalization: Rule = ({ kind, config }) => {
  const axis = singleAxis(config.axis ?? -1);
  if (axis !== -1 && axis !== 3)
    throw new Unsupported(
      'normalises groups along another axis than the channels, which cannot be run here; please normalise the channels',
    );
  return [{ kind, config }];
};

export const localResponseNormalization: Rule = ({ kind, config }) => {
  const { size, alpha, beta, bias } = config;
  const isWhole = typeof size === 'number' && Number.isInteger(size) && size > 0;
  if (!isWhole || ![alpha, beta, bias].every((number) => typeof number === 'number' && Number.isFinite(number)))
    throw new Unsupported('does not say by how many channels it normalises, or how; please save the model again');
  return [{ kind, config }];
};

/** `gamma * (x - mean) / sqrt(variance) + beta` for each channel: a normalisation that was never trained. */
function affinePerChannel(config: JsonObject, weights: Readonly<Record<string, Float32Array>>): Part {
  return {
    kind: 'BatchNormalization',
    config: { ...commonConfig(config), axis: -1, epsilon: 0, scale: 'gamma' in weights, center: 'beta' in weights },
    weights,
  };
}

export const rescaling: Rule = ({ kind, config }) => {
  const [scale, offset] = [numbersIn(config.scale), numbersIn(config.offset ?? 0)];
  const channels = Math.max(scale.length, offset.length);
  if (scale.length === 0 || offset.length === 0)
    throw new Unsupported('does not say by which numbers it scales; please save the model again with plain numbers');
  if ([scale, offset].some(({ length }) => length !== 1 && length !== channels))
    throw new Unsupported(
      `scales ${scale.length} channels and shifts ${offset.length}, which cannot be right; please save the model again`,
    );
  if (channels === 1) return [{ kind, config: { ...config, scale: scale[0] ?? 1, offset: offset[0] ?? 0 } }];
  const each = (values: readonly number[]) => Float32Array.from({ length: channels }, (_, i) => values[values.length === 1 ? 0 : i] ?? 0);
  return [
    affinePerChannel(config, {
      gamma: each(scale),
      beta: each(offset),
      moving_mean: new Float32Array(channels),
      moving_variance: new Float32Array(channels).fill(1),
    }),
  ];
};

/** Of Keras' ConvNeXt: a number for each channel. Others of this name have other settings. */
export const layerScale: Rule = ({ config, weights }) => {
  const { projection_dim: channels, init_values: first } = config;
  // Some versions of Keras give it no name.
  const [gamma, ...others] = weights.values();
  if (typeof channels !== 'number' || typeof first !== 'number')
    throw new Unsupported(
      'is a LayerScale other than that of Keras’ ConvNeXt, which cannot be run here; please give a layer of Keras in its place',
    );
  if (!gamma || others.length > 0 || gamma.shape.join() !== String(channels))
    throw new Unsupported(`holds no weight for each of its ${channels} channels; please save the model again`);
  const own = {
    gamma: Float32Array.from(gamma.values),
    moving_mean: new Float32Array(channels),
    moving_variance: new Float32Array(channels).fill(1),
  };
  return [affinePerChannel(config, own)];
};

/** Keras divides by the std, but never by less than this. */
const LEAST_DEVIATION = 1e-7;

export const normalization: Rule = ({ config, weights }) => {
  const { axis = -1 } = config;
  const isOfAll = axis === null || (Array.isArray(axis) && axis.length === 0);
  if (!isOfAll && ![-1, 3].includes(singleAxis(axis) ?? 0))
    throw new Unsupported('normalises other axes than the channels, which cannot be run here; please normalise the channels');
  const statistic = (name: 'mean' | 'variance') => Float32Array.from(weights.get(name)?.values ?? numbersIn(config[name]));
  const mean = statistic('mean');
  const variance = statistic('variance').map((value) => Math.max(value, LEAST_DEVIATION ** 2));
  if (mean.length !== variance.length || mean.length === 0)
    throw new Unsupported('was saved before it had seen any data; please call adapt() and save the model again');
  if (isOfAll && mean.length > 1)
    throw new Unsupported('normalises all values together with more than one mean, which cannot be right; please save the model again');
  const scales = [...variance].map((value) => (config.invert === true ? Math.sqrt(value) : 1 / Math.sqrt(value)));
  const offsets = [...mean].map((value, i) => (config.invert === true ? value : -value * (scales[i] ?? 1)));
  const parts = rescaling({ kind: 'Rescaling', config: { ...commonConfig(config), scale: scales, offset: offsets }, weights });
  // Its own weights are used up, whether or not others take their place.
  return parts.map((part) => ({ ...part, weights: part.weights ?? {} }));
};
