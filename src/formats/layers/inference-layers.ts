/**
 * Which Keras layers can be run here, and as what.
 *
 * tf.js skips settings that it does not know, and would compute another network without a word: so each kind names what it cannot take.
 * What only acts in training becomes the identity; what tf.js lacks, but can be had from other layers, becomes those.
 */

import type { JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { elu, leakyRelu, relu, softmax, withKnownActivation } from './activation-rules.ts';
import { commonConfig, numbersIn, type Part, type Rule, type Subject, Unsupported } from './layer-rule.ts';
import { batchNormalization, groupNormalization, layerNormalization, normalization, rescaling } from './normalization-rules.ts';
import { centerCrop, resizing, upSampling } from './resizing-rules.ts';
import { lambda, scaledSum } from './scaled-sum.ts';

function isCount(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

const asItIs: Rule = ({ kind, config }) => [{ kind, config: withKnownActivation(config) }];

/** Acts in training only. */
const identity: Rule = ({ config }) => [{ kind: 'Activation', config: { ...commonConfig(config), activation: 'linear' } }];

const convolution: Rule = (subject) => {
  if (numbersIn(subject.config.dilation_rate).some((rate) => rate < 1))
    throw new Unsupported('is dilated by less than one; please save the model again');
  return asItIs(subject);
};

/** Keras writes the number of groups of every convolution, and gives it a meaning in this one alone. */
const groupedConvolution: Rule = (subject) => {
  const { groups, filters } = subject.config;
  if (groups !== undefined && groups !== null && (!isCount(groups) || Number(filters) % groups !== 0))
    throw new Unsupported(
      `has ${String(filters)} filters in ${String(groups)} groups, which does not come out even; please save the model again`,
    );
  return convolution(subject);
};

const ungroupedConvolution: Rule = (subject) => {
  const { groups = 1, ...config } = subject.config;
  if (groups !== 1 && groups !== null) {
    throw new Unsupported(
      `is in ${String(groups)} groups, which Keras itself cannot run for a ${subject.kind}; please save the model again`,
    );
  }
  return convolution({ ...subject, config });
};

const globalPooling: Rule = ({ kind, config }) => {
  if (config.keepdims !== true && config.keep_dims !== true) return [{ kind, config }];
  const { keepdims: _new, keep_dims: _old, ...rest } = config;
  return [{ kind: `${kind}KeepDims`, config: rest }];
};

const RULES: Readonly<Record<string, Rule>> = {
  Conv2D: groupedConvolution,
  Conv2DTranspose: ungroupedConvolution,
  DepthwiseConv2D: ungroupedConvolution,
  SeparableConv2D: ungroupedConvolution,
  ELU: elu,
  LeakyReLU: leakyRelu,
  ReLU: relu,
  Softmax: softmax,
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
  Normalization: normalization,
  Rescaling: rescaling,
  Resizing: resizing,
  CenterCrop: centerCrop,
  CustomScaleLayer: ({ config }) => scaledSum(config),
  UpSampling2D: upSampling,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  Lambda: lambda,
};

const AS_THEY_ARE = [
  'Activation',
  'Add',
  'Average',
  'AveragePooling2D',
  'Concatenate',
  'Cropping2D',
  'Dense',
  'Divide',
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
  'Slice',
  'SmoothUpSampling2D',
  'Subtract',
  'ThresholdedReLU',
  'UnitNormalization',
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

/** @throws Unsupported */
export function checkDataFormat({ data_format: format }: JsonObject): void {
  if (format !== undefined && format !== null && format !== 'channels_last')
    throw new Unsupported('has its channels first, which cannot be run here; please build the network with channels_last');
}

/**
 * What takes the place of a layer, in running order; the last one has its name.
 *
 * @throws Unsupported
 */
export function partsFor(subject: Subject): readonly Part[] {
  const { kind, config } = subject;
  checkDataFormat(config);
  if (Object.hasOwn(RULES, kind)) return (RULES[kind] ?? asItIs)(subject);
  if (AS_THEY_ARE.includes(kind)) return asItIs(subject);
  if (KEPT_IDENTITIES.has(kind)) return [{ kind, config }];
  if (TRAINING_ONLY.includes(kind)) return identity(subject);
  throw new Unsupported(`is of the kind ${kind}, which cannot be run here; please give a network of Keras’ own convolutional layers`);
}

/** All kinds that are read, whatever their settings; those that are always refused with a sentence of their own are among them. */
export const KNOWN_KINDS: readonly string[] = [...new Set([...Object.keys(RULES), ...AS_THEY_ARE, ...TRAINING_ONLY, ...KEPT_IDENTITIES])];
