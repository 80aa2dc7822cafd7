/** What follows from the activation that a layer ends with, under the name that tf.js has for it. */
import type { BuiltLayer } from './built-layer.ts';

/** Copies of its result that an activation makes on its way; one for those that are not named. */
const COPIES: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 0,
  clipOf: 2,
  eluOf: 4,
  gelu: 4,
  hardSigmoid: 2,
  hardSigmoidOfKeras3: 3,
  hardSilu: 4,
  log_softmax: 5,
  logSoftmax: 5,
  mish: 2,
  relu6: 2,
  reluOf: 8,
  softsign: 2,
};

/** Those that take all channels of a cell together. */
const MIXING = new Set(['softmax', 'logSoftmax', 'log_softmax']);

function nameOf({ config }: BuiltLayer): string {
  return String(config.activation ?? 'linear');
}

export function copiesOfActivation(layer: BuiltLayer): number {
  return COPIES[nameOf(layer)] ?? 1;
}

export function hasChannelwiseActivation(layer: BuiltLayer): boolean {
  return !MIXING.has(nameOf(layer));
}
