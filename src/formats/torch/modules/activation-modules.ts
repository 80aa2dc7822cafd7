/** torch's activations as modules, and those of a network here, in the same words. */

import { asObject, type JsonObject } from '../../json.ts';
import { HARD_SIGMOID_OF_KERAS_3 } from '../../keras/keras-config.ts';
import type { Json } from '../../network/artifacts.ts';
import type { PickleObject } from '../pickle/pickle-values.ts';
import { knownClassOf } from './known-classes.ts';
import { attributesOf, isScriptModule } from './modules.ts';

/** Of torch's LeakyReLU, where nothing else is said. */
const SLOPE = 0.01;

/** Of torch's Softplus: what is added to a value above this threshold is less than a rounding. */
const THRESHOLD = 20;

const PRELU = 'prelu';

/** By their classes, what they are called in a network here. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['ReLU', 'relu'],
  ['ReLU6', 'relu6'],
  ['SiLU', 'silu'],
  ['Swish', 'silu'],
  ['Mish', 'mish'],
  ['Hardswish', 'hard_silu'],
  ['SELU', 'selu'],
  ['Tanh', 'tanh'],
  ['Softsign', 'softsign'],
  ['LogSigmoid', 'log_sigmoid'],
  ['Tanhshrink', 'tanhshrink'],
  ['PReLU', PRELU],
]);

/** In place of a setting that the program of TorchScript does not say. */
const UNKNOWN = '?';

/** What a module does to each value; null for one that is no activation, or one of a gate or an end. */
export function activationOf(module: PickleObject): string | null {
  const name = knownClassOf(module) ?? '';
  const attributes = attributesOf(module);
  const of = (attribute: string, other: number) => {
    const value = attributes?.get(attribute);
    if (typeof value === 'number') return value;
    return isScriptModule(module) ? UNKNOWN : other;
  };
  if (name === 'GELU') return attributes?.get('approximate') === 'tanh' ? 'gelu_new' : 'gelu';
  if (name === 'LeakyReLU') return `leaky_relu ${of('negative_slope', SLOPE)}`;
  // Drawn in training alone.
  if (name === 'RReLU') {
    const [lower, upper] = [of('lower', 1 / 8), of('upper', 1 / 3)];
    return `leaky_relu ${typeof lower === 'number' && typeof upper === 'number' ? (lower + upper) / 2 : UNKNOWN}`;
  }
  if (name === 'Softplus') {
    const [beta, threshold] = [of('beta', 1), of('threshold', THRESHOLD)];
    return beta === 1 && Number(threshold) >= THRESHOLD ? 'softplus' : `softplus ${beta} ${threshold}`;
  }
  if (name === 'Hardtanh') return `clip ${of('min_val', -1)} ${of('max_val', 1)}`;
  if (name !== 'ELU' && name !== 'CELU') return PLAIN.get(name) ?? null;
  const alpha = of('alpha', 1);
  // With 1, both are the same.
  return alpha === 1 ? 'elu' : `${name.toLowerCase()} ${alpha}`;
}

/** What a gate or an end may be too. */
const GATES: ReadonlyMap<string, string> = new Map([
  ['Sigmoid', 'sigmoid'],
  ['Hardsigmoid', HARD_SIGMOID_OF_KERAS_3],
]);

/** What a module is where it is a gate; null for any other. */
export function gateOf(module: PickleObject): string | null {
  return GATES.get(knownClassOf(module) ?? '') ?? null;
}

/** That the network here has too, by tf.js' names or our own. */
const RUN: readonly string[] = [
  'relu',
  'relu6',
  'silu',
  'mish',
  'hard_silu',
  'selu',
  'tanh',
  'softplus',
  'softsign',
  'gelu',
  'gelu_new',
  'elu',
];

/** As a network here has it; null for what is no activation, or one that it does not have. */
export function jsonOfActivation(module: PickleObject): Json | null {
  const [kind = '', first, second] = (activationOf(module) ?? '').split(' ');
  if (first === UNKNOWN) return null;
  if (kind === 'leaky_relu') return { class_name: 'leakyReluOf', config: { slope: Number(first) } };
  if (kind === 'elu' && first !== undefined) return { class_name: 'eluOf', config: { alpha: Number(first) } };
  if (kind === 'celu') return { class_name: 'celuOf', config: { alpha: Number(first) } };
  // Its slopes are among the weights.
  if (kind === PRELU) return { class_name: 'PReLU', config: {} };
  if (kind === 'clip') return { class_name: 'clipOf', config: { minimum: Number(first), maximum: Number(second) } };
  // Of what takes settings above, those with others than the usual ones are not run.
  if (RUN.includes(kind)) return first === undefined ? kind : null;
  return gateOf(module);
}

/** What a layer here does to each value after all else. */
export function activationIn({ activation }: JsonObject): string {
  const own = asObject(activation);
  if (!own) return typeof activation === 'string' ? activation : 'linear';
  const settings = asObject(own.config);
  if (own.class_name === 'leakyReluOf') return `leaky_relu ${settings?.slope}`;
  if (own.class_name === 'eluOf') return `elu ${settings?.alpha}`;
  if (own.class_name === 'celuOf') return `celu ${settings?.alpha}`;
  return own.class_name === 'clipOf' ? `clip ${settings?.minimum} ${settings?.maximum}` : String(own.class_name);
}

export interface LayerOfModule {
  readonly kind: string;
  readonly config: JsonObject;
}

/** Also of a layer that is an activation with weights. */
export function activationOfLayer({ kind, config }: LayerOfModule): string {
  return kind === 'PReLU' ? PRELU : activationIn(config);
}
