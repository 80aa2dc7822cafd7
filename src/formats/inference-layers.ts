/**
 * Which Keras layers can be run here, and as what.
 *
 * tf.js skips settings that it does not know, and would compute another network without a word: so each kind names what it cannot take.
 * What only acts in training becomes the identity; what tf.js lacks, but can be had from other layers, becomes those.
 */
import type { Json, WeightValues } from './artifacts.ts';
import { asArray, asObject, isObject, type JsonObject } from './json.ts';
import { HARD_SIGMOID_OF_KERAS_3 } from './keras-config.ts';

/** A layer that takes the place of one in the file, or of a part of it. */
export interface Part {
  readonly kind: string;
  readonly config: JsonObject;
  /** New weights, by their own names, and new names for those in the file. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
}

/** A layer of the file, as its rule sees it. */
export interface Subject {
  readonly kind: string;
  readonly config: JsonObject;
  /** Its weights by their own names. */
  readonly weights: ReadonlyMap<string, WeightValues>;
}

/** The layer cannot be run here. The message completes the sentence that begins with the layer. */
export class Unsupported extends Error {}

/** @throws Unsupported */
type Rule = (subject: Subject) => readonly Part[];

/** By Keras' names. `null`: as tf.js has it. */
const ACTIVATIONS: Readonly<Record<string, string | null>> = {
  elu: null,
  exponential: 'exponential',
  gelu: null,
  hard_sigmoid: null,
  // What was converted here before has our own names.
  hardSilu: null,
  leakyReluOfKeras3: null,
  hard_silu: 'hardSilu',
  hard_swish: 'hardSilu',
  [HARD_SIGMOID_OF_KERAS_3]: null,
  leaky_relu: 'leakyReluOfKeras3',
  linear: null,
  log_softmax: null,
  mish: null,
  relu: null,
  relu6: null,
  selu: null,
  sigmoid: null,
  silu: 'swish',
  softmax: null,
  softplus: null,
  softsign: null,
  swish: null,
  tanh: null,
};

function withKnownActivation(config: JsonObject): JsonObject {
  const { activation } = config;
  if (activation === undefined || activation === null) return config;
  // Old files wrap the activation of the last layer.
  const name = isObject(activation) ? String(activation.class_name).toLowerCase() : String(activation);
  if (!Object.hasOwn(ACTIVATIONS, name) || Object.keys(asObject(asObject(activation)?.config) ?? {}).length > 0)
    throw new Unsupported(`has the activation ${name}, which cannot be run here; please use one of Keras’ own`);
  return { ...config, activation: ACTIVATIONS[name] ?? name };
}

const asItIs: Rule = ({ kind, config }) => [{ kind, config: withKnownActivation(config) }];

/** Keeps where a Sequential model's first layer says what goes in. */
function commonConfig({ name, batch_input_shape: shape, dtype }: JsonObject): JsonObject {
  return { name: name ?? null, ...(shape !== undefined && { batch_input_shape: shape }), ...(dtype !== undefined && { dtype }) };
}

/** Acts in training only. */
const identity: Rule = ({ config }) => [{ kind: 'Activation', config: { ...commonConfig(config), activation: 'linear' } }];

function isOne(rate: Json | undefined): boolean {
  return rate === undefined || rate === null || rate === 1 || asArray(rate).every((side) => side === 1);
}

const convolution: Rule = (subject) => {
  const { groups, dilation_rate: dilation } = subject.config;
  if (numbersIn(dilation).some((rate) => rate < 1)) throw new Unsupported('is dilated by less than one; please save the model again');
  if (typeof groups === 'number' && groups > 1)
    throw new Unsupported(`is a convolution in ${groups} groups, which cannot be run here; please give a network without it`);
  return asItIs(subject);
};

const transposedConvolution: Rule = (subject) => {
  const { output_padding: padding, dilation_rate: rate } = subject.config;
  if ((padding !== undefined && padding !== null) || !isOne(rate))
    throw new Unsupported('is a transposed convolution with output padding or dilation, which cannot be run here; please leave these out');
  return asItIs(subject);
};

function leakyRelu(config: JsonObject, slope: number): Part {
  return { kind: 'LeakyReLU', config: { ...commonConfig(config), alpha: slope } };
}

const relu: Rule = ({ kind, config }) => {
  const slope = Number(config.negative_slope ?? 0);
  if (Number(config.threshold ?? 0) !== 0 || (slope !== 0 && typeof config.max_value === 'number'))
    throw new Unsupported(
      'is a ReLU with a threshold, or with both a slope and a ceiling, which cannot be run here; please leave these out',
    );
  return slope === 0 ? [{ kind, config }] : [leakyRelu(config, slope)];
};

const elu: Rule = ({ kind, config }) => {
  if (Number(config.alpha ?? 1) !== 1)
    throw new Unsupported('is an ELU whose alpha is not 1, which cannot be run here; please give a network with 1');
  return [{ kind, config }];
};

/** A list of one axis, or the axis; null for several. */
function singleAxis(axis: Json | undefined): number | null {
  if (typeof axis === 'number') return axis;
  const [only, ...rest] = asArray(axis);
  return typeof only === 'number' && rest.length === 0 ? only : null;
}

const batchNormalization: Rule = ({ kind, config }) => {
  const axis = singleAxis(config.axis ?? -1);
  if (axis === null)
    throw new Unsupported('normalises several axes together, which cannot be run here; please normalise the channels alone');
  return [{ kind, config: { ...config, axis } }];
};

const layerNormalization: Rule = ({ kind, config }) => {
  if (config.rms_scaling === true)
    throw new Unsupported('scales by the root of the mean square, which cannot be run here; please use the usual one');
  return [{ kind, config }];
};

const upSampling: Rule = ({ kind, config }) => {
  if ((config.interpolation ?? 'nearest') !== 'nearest') {
    // tf.js' bilinear one has its grid shifted by half a pixel.
    throw new Unsupported(`enlarges by ${String(config.interpolation)} interpolation, which cannot be run here; please use nearest`);
  }
  return [{ kind, config }];
};

const globalPooling: Rule = ({ kind, config }) => {
  if (config.keepdims !== true && config.keep_dims !== true) return [{ kind, config }];
  const { keepdims: _new, keep_dims: _old, ...rest } = config;
  return [{ kind: `${kind}KeepDims`, config: rest }];
};

/** Of a number, a list, or an array as Keras 3 writes it down. */
function numbersIn(json: Json | undefined): number[] {
  if (Array.isArray(json)) return json.flatMap(numbersIn);
  if (isObject(json)) return numbersIn(asObject(json.config)?.value);
  return typeof json === 'number' ? [json] : [];
}

/** `gamma * (x - mean) / sqrt(variance) + beta` for each channel: a normalisation that was never trained. */
function affinePerChannel(config: JsonObject, weights: Readonly<Record<string, Float32Array>>): Part {
  return {
    kind: 'BatchNormalization',
    config: { ...commonConfig(config), axis: -1, epsilon: 0, scale: 'gamma' in weights, center: 'beta' in weights },
    weights,
  };
}

const rescaling: Rule = ({ kind, config }) => {
  const [scale, offset] = [numbersIn(config.scale), numbersIn(config.offset ?? 0)];
  const channels = Math.max(scale.length, offset.length);
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

/** Keras divides by the deviation, but never by less than this. */
const LEAST_DEVIATION = 1e-7;

const normalization: Rule = ({ config, weights }) => {
  const axis = singleAxis(config.axis ?? -1);
  if (axis !== -1 && axis !== 3)
    throw new Unsupported('normalises other axes than the channels, which cannot be run here; please normalise the channels');
  if (config.invert === true) throw new Unsupported('undoes a normalisation, which cannot be run here; please leave it out');
  const statistic = (name: 'mean' | 'variance') => Float32Array.from(weights.get(name)?.values ?? numbersIn(config[name]));
  const mean = statistic('mean');
  const variance = statistic('variance').map((value) => Math.max(value, LEAST_DEVIATION ** 2));
  if (mean.length !== variance.length || mean.length === 0)
    throw new Unsupported('was saved before it had seen any data; please call adapt() and save the model again');
  const [onlyMean = 0, onlyVariance = 1] = [mean[0], variance[0]];
  if (mean.length > 1) return [affinePerChannel(config, { moving_mean: mean, moving_variance: variance })];
  const scale = 1 / Math.sqrt(onlyVariance);
  return [{ kind: 'Rescaling', config: { ...commonConfig(config), scale, offset: -onlyMean * scale } }];
};

const softmax: Rule = ({ kind, config }) => {
  const axis = singleAxis(config.axis ?? -1);
  if (axis === null) throw new Unsupported('is a softmax over several axes, which cannot be run here; please use one axis');
  return [{ kind, config: { ...config, axis } }];
};

const lambda: Rule = () => {
  throw new Unsupported(
    'is a Lambda, whose code is not run here, because it could do anything; please use a layer such as Rescaling instead',
  );
};

const RULES: Readonly<Record<string, Rule>> = {
  Conv2D: convolution,
  Conv2DTranspose: transposedConvolution,
  DepthwiseConv2D: convolution,
  SeparableConv2D: convolution,
  ELU: elu,
  LeakyReLU: ({ config }) => [leakyRelu(config, Number(config.alpha ?? config.negative_slope ?? 0.3))],
  ReLU: relu,
  Softmax: softmax,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Normalization: normalization,
  Rescaling: rescaling,
  UpSampling2D: upSampling,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  Lambda: lambda,
  TFOpLambda: () => {
    throw new Unsupported('is an operation outside of any layer, which cannot be run here; please use layers alone, such as Rescaling');
  },
};

const AS_THEY_ARE = [
  'Activation',
  'Add',
  'Average',
  'AveragePooling2D',
  'Concatenate',
  'Cropping2D',
  'Dense',
  'Flatten',
  'GlobalAveragePooling2DKeepDims',
  'GlobalMaxPooling2DKeepDims',
  'InputLayer',
  'Maximum',
  'MaxPooling2D',
  'Minimum',
  'Multiply',
  'PReLU',
  'Permute',
  'Reshape',
  'ThresholdedReLU',
  'ZeroPadding2D',
];

const TRAINING_ONLY = [
  'ActivityRegularization',
  'AlphaDropout',
  'AugMix',
  'Dropout',
  'GaussianDropout',
  'GaussianNoise',
  'Identity',
  'RandAugment',
  'RandomBrightness',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomContrast',
  'RandomErasing',
  'RandomFlip',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomRotation',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
  'RandomTranslation',
  'RandomZoom',
  'SpatialDropout2D',
];

/** Those that tf.js has keep their name in the list of layers. */
const KEPT_IDENTITIES = new Set(['Dropout', 'GaussianDropout', 'GaussianNoise', 'AlphaDropout']);

/**
 * What takes the place of a layer, in running order; the last one has its name.
 *
 * @throws Unsupported
 */
export function partsFor(subject: Subject): readonly Part[] {
  const { kind, config } = subject;
  const { data_format: format } = config;
  if (format !== undefined && format !== null && format !== 'channels_last')
    throw new Unsupported('has its channels first, which cannot be run here; please build the network with channels_last');
  if (Object.hasOwn(RULES, kind)) return (RULES[kind] ?? asItIs)(subject);
  if (AS_THEY_ARE.includes(kind)) return asItIs(subject);
  if (KEPT_IDENTITIES.has(kind)) return [{ kind, config }];
  if (TRAINING_ONLY.includes(kind)) return identity(subject);
  throw new Unsupported(`is of the kind ${kind}, which cannot be run here; please give a network of Keras’ own convolutional layers`);
}
