/** What follows from the activation that a layer ends with, under the name that tf.js has for it. */
import type { BuiltLayer } from './built-layer.ts';
import type { FloorEffect } from './layer-kind.ts';

/** Copies of its result that an activation makes on its way; one for those that are not named. */
const COPIES: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 0,
  celuOf: 5,
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

/** Those that give nothing for values far below zero, and more the further they are above. */
const ZEROING = new Set(['relu', 'relu6', 'swish', 'gelu', 'approximateGelu', 'hardSilu', 'mish']);

/** Those that take all channels of a cell together. */
const MIXING = new Set(['softmax', 'logSoftmax', 'log_softmax']);

function nameOf({ config }: BuiltLayer): string {
  return String(config.activation ?? 'linear');
}

/** Bounds and slopes are among the settings of some. */
export function floorEffectOfActivation({ config }: BuiltLayer): FloorEffect {
  const { activation } = config;
  return ZEROING.has(String(activation)) ? 'zeroed' : activation === 'linear' ? 'passed-on' : 'mixed';
}

export function copiesOfActivation(layer: BuiltLayer): number {
  return COPIES[nameOf(layer)] ?? 1;
}

export function hasChannelwiseActivation(layer: BuiltLayer): boolean {
  return !MIXING.has(nameOf(layer));
}
