/** torch's activations as modules, and those of a network here, in the same words. */
import { asObject, type JsonObject } from '../../json.ts';
import type { PickleObject, PickleValue } from '../pickle/pickle-values.ts';
import { attributesOf, classNameOf } from './modules.ts';

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
  ['Hardtanh', 'hardtanh'],
  ['Softplus', 'softplus'],
  ['Softsign', 'softsign'],
  ['LogSigmoid', 'log_sigmoid'],
  ['Tanhshrink', 'tanhshrink'],
  ['PReLU', 'prelu'],
  ['RReLU', 'rrelu'],
]);

function numberOf(value: PickleValue | undefined, other: number): number {
  return typeof value === 'number' ? value : other;
}

/** What a module does to each value; null for one that is no activation, or one of a gate or an end. */
export function activationOf(module: PickleObject): string | null {
  const name = classNameOf(module);
  const attributes = attributesOf(module);
  if (name === 'GELU') return attributes?.get('approximate') === 'tanh' ? 'gelu (tanh)' : 'gelu';
  if (name === 'LeakyReLU') return `leaky_relu ${numberOf(attributes?.get('negative_slope'), 0.01)}`;
  if (name !== 'ELU' && name !== 'CELU') return PLAIN.get(name) ?? null;
  const alpha = numberOf(attributes?.get('alpha'), 1);
  // With 1, both are the same.
  return alpha === 1 ? 'elu' : `${name.toLowerCase()} ${alpha}`;
}

/** What a layer here does to each value after all else. */
export function activationIn({ activation }: JsonObject): string {
  const own = asObject(activation);
  const settings = asObject(own?.config);
  if (own) return own.class_name === 'leakyReluOf' ? `leaky_relu ${settings?.slope}` : String(own.class_name);
  return typeof activation === 'string' ? activation : 'linear';
}
