/** Which networks plain tf.js computes as this page does: it skips settings that it does not know, without a word. */
import { asObject, type JsonObject, objectsIn } from '../json.ts';
import { numbersIn } from '../layers/layer-rule.ts';
import type { Json, ModelTopology } from '../network/artifacts.ts';
import { MODELS } from '../network/network-graph.ts';

const AS_IT_IS = () => true;

/** Kinds that tf.js has and computes in the same way, with the settings that it knows. */
const KINDS: Readonly<Record<string, (config: JsonObject) => boolean>> = {
  Activation: AS_IT_IS,
  Add: AS_IT_IS,
  Average: AS_IT_IS,
  AveragePooling2D: AS_IT_IS,
  BatchNormalization: AS_IT_IS,
  Concatenate: AS_IT_IS,
  Conv2D: ({ groups }) => (groups ?? 1) === 1,
  Conv2DTranspose: ({ output_padding: added, dilation_rate: dilation }) =>
    numbersIn(added).every((cells) => cells === 0) && numbersIn(dilation).every((rate) => rate === 1),
  Cropping2D: AS_IT_IS,
  Dense: AS_IT_IS,
  DepthwiseConv2D: AS_IT_IS,
  Dropout: AS_IT_IS,
  ELU: AS_IT_IS,
  Flatten: AS_IT_IS,
  GaussianNoise: AS_IT_IS,
  GlobalAveragePooling2D: AS_IT_IS,
  GlobalMaxPooling2D: AS_IT_IS,
  InputLayer: AS_IT_IS,
  LayerNormalization: AS_IT_IS,
  LeakyReLU: AS_IT_IS,
  MaxPooling2D: AS_IT_IS,
  Maximum: AS_IT_IS,
  Minimum: AS_IT_IS,
  Multiply: AS_IT_IS,
  PReLU: AS_IT_IS,
  Permute: AS_IT_IS,
  ReLU: AS_IT_IS,
  Rescaling: ({ scale, offset }) => !Array.isArray(scale) && !Array.isArray(offset),
  Reshape: ({ target_shape: target }) => numbersIn(target).every((side) => side >= 0),
  SeparableConv2D: AS_IT_IS,
  Softmax: ({ axis }) => !Array.isArray(axis),
  ThresholdedReLU: AS_IT_IS,
  UpSampling2D: ({ interpolation }) => (interpolation ?? 'nearest') === 'nearest',
  ZeroPadding2D: AS_IT_IS,
};

/** All of them; a test holds them against tf.js. */
export const TFJS_KINDS: readonly string[] = Object.keys(KINDS);

/** As they stand in files. */
export const TFJS_ACTIVATIONS: readonly string[] = [
  'elu',
  'gelu',
  'hard_sigmoid',
  'linear',
  'log_softmax',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
];

function isKnownActivation(activation: Json | undefined): boolean {
  return activation === undefined || activation === null || (typeof activation === 'string' && TFJS_ACTIVATIONS.includes(activation));
}

function isKnown(layer: JsonObject): boolean {
  const kind = String(layer.class_name);
  const config = asObject(layer.config) ?? {};
  if (MODELS.has(kind)) return objectsIn(config.layers).every(isKnown);
  const isSame = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return isSame?.(config) === true && isKnownActivation(config.activation);
}

/** @param topology as it is run here */
export function isOfTfjs({ class_name: kind, config }: ModelTopology): boolean {
  return isKnown({ class_name: kind, config });
}
