/** Activations that can be run here, in the settings of a layer and as layers of their own. */

import { asObject, type JsonObject } from '../json.ts';
import { HARD_SIGMOID_OF_KERAS_3 } from '../keras/keras-config.ts';
import type { Json } from '../network/artifacts.ts';
import { commonConfig, type Part, type Rule, singleAxis, Unsupported } from './layer-rule.ts';

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
  // Of operations among the layers.
  absolute: null,
  errorFunction: null,
  naturalLogarithm: null,
  signFunction: null,
  // tf.js reads the name of its own as another word.
  gelu_new: 'approximateGelu',
  approximateGelu: null,
  square: null,
  squareRoot: null,
};

/** All names that are read. */
export const KNOWN_ACTIVATIONS: readonly string[] = Object.keys(ACTIVATIONS);
/** Our own, with settings, as they stand in what was converted here before. */
const OWN_WITH_SETTINGS = new Set(['celuOf', 'clipOf', 'eluOf', 'leakyReluOf', 'powerOf', 'reluOf']);

function withSettings(name: string, config: Readonly<Record<string, number>>): JsonObject {
  return { class_name: name, config };
}

function numberOf(json: Json | undefined, otherwise: number): number {
  return json === undefined || json === null ? otherwise : Number(json);
}

/** @param threshold below which `x` is on the slope */
function reluOf({ slope, threshold, maximum }: { slope: number; threshold: number; maximum: number | null }): Json {
  if (!(threshold >= 0 && Number.isFinite(slope) && (maximum === null || maximum >= 0)))
    throw new Unsupported('is a ReLU with a threshold or a ceiling below zero, which Keras does not know; please save the model again');
  if (threshold === 0 && maximum === null) return slope === 0 ? 'relu' : withSettings('leakyReluOf', { slope });
  return withSettings('reluOf', { slope, threshold, ...(maximum !== null && { maximum }) });
}

/** `alpha` where Keras 2 wrote it, `negative_slope` where Keras 3 does. */
function slopeOfLeaky(config: JsonObject): number {
  return numberOf(config.negative_slope ?? config.alpha, 0.3);
}

/** What a layer does that only applies a function; null for any other. */
function activationOfLayer(kind: string, config: JsonObject): Json | null {
  const maximum = config.max_value;
  switch (kind) {
    case 'Activation':
      return plainActivation(config.activation);
    case 'celu':
      return withSettings('celuOf', { alpha: 1 });
    case 'hard_tanh':
      return withSettings('clipOf', { minimum: -1, maximum: 1 });
    case 'ELU': {
      const alpha = numberOf(config.alpha, 1);
      return alpha === 1 ? 'elu' : withSettings('eluOf', { alpha });
    }
    case 'LeakyReLU':
      return reluOf({ slope: slopeOfLeaky(config), threshold: 0, maximum: null });
    case 'ReLU':
      return reluOf({
        slope: numberOf(config.negative_slope, 0),
        threshold: numberOf(config.threshold, 0),
        maximum: typeof maximum === 'number' ? maximum : null,
      });
    case 'Softmax':
      return singleAxis(config.axis ?? -1) === -1 ? 'softmax' : null;
    case 'ThresholdedReLU':
      return reluOf({ slope: 0, threshold: numberOf(config.theta, 1), maximum: null });
    default:
      return null;
  }
}

/** The name without that of TensorFlow's own package (`Addons>mish`), or that TensorFlow has another of it (`softmax_v2`). */
function plainName(name: string): string {
  // Approximated there unless told otherwise, which a name cannot tell.
  if (name === 'Addons>gelu') return 'gelu_new';
  const plain = name.replace(/^(Addons|keras)>/, '').replace(/_v[12]$/, '');
  return Object.hasOwn(ACTIVATIONS, plain) ? plain : plain.toLowerCase();
}

/** An activation as tf.js is to have it: a name, or a name with settings. @throws Unsupported */
function plainActivation(activation: Json | undefined): Json {
  if (activation === undefined || activation === null) return 'linear';
  const object = asObject(activation);
  const given = object ? String(object.class_name) : String(activation);
  const settings = asObject(object?.config) ?? {};
  if (OWN_WITH_SETTINGS.has(given)) return { class_name: given, config: settings };
  if (given === 'function' && typeof object?.config === 'string') return plainActivation(object.config);
  // A class by its name alone is that layer as Keras makes it where nothing else is said.
  if (given === 'PReLU')
    throw new Unsupported('has the activation PReLU, which has weights; please make it a layer of its own, after this one');
  const ofLayer = object || given !== 'Activation' ? activationOfLayer(given, settings) : null;
  if (ofLayer) return ofLayer;
  const name = plainName(given);
  // Layers have a name, and a kind of numbers, whatever they compute.
  const isPlain = Object.keys(settings).every((key) => ['name', 'trainable', 'dtype'].includes(key));
  if (!Object.hasOwn(ACTIVATIONS, name) || !isPlain)
    throw new Unsupported(`has the activation ${given}, which cannot be run here; please use one of Keras’ own`);
  return ACTIVATIONS[name] ?? name;
}

function withKnownActivation(config: JsonObject): JsonObject {
  const { activation } = config;
  return activation === undefined || activation === null ? config : { ...config, activation: plainActivation(activation) };
}

/** As the file has it, but for the name of its activation. */
export const asItIs: Rule = ({ kind, config }) => [{ kind, config: withKnownActivation(config) }];

function asLayer(config: JsonObject, activation: Json): Part {
  return { kind: 'Activation', config: { ...commonConfig(config), activation } };
}

export const leakyRelu: Rule = ({ config }) => [{ kind: 'LeakyReLU', config: { ...commonConfig(config), alpha: slopeOfLeaky(config) } }];

export const relu: Rule = (subject) => {
  const { kind, config } = subject;
  const activation = activationOfLayer('ReLU', config) ?? 'relu';
  const name = asObject(activation)?.class_name ?? activation;
  if (name === 'leakyReluOf') return leakyRelu(subject);
  const isSimple = numberOf(config.threshold, 0) === 0 && numberOf(config.negative_slope, 0) === 0;
  return isSimple ? [{ kind, config }] : [asLayer(config, activation)];
};

export const elu: Rule = ({ kind, config }) => {
  const activation = activationOfLayer('ELU', config);
  return asObject(activation ?? undefined) ? [asLayer(config, activation ?? 'elu')] : [{ kind, config }];
};

export const softmax: Rule = ({ kind, config }) => [{ kind, config: { ...config, axis: config.axis ?? -1 } }];
