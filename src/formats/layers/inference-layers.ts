/**
 * Which Keras layers can be run here, and as what.
 *
 * tf.js skips settings that it does not know, and would compute another network without a word: so each kind names what it cannot take.
 * What only acts in training becomes the identity; what tf.js lacks, but can be had from other layers, becomes those.
 */

import type { JsonObject } from '../json.ts';
import { layerKind } from './kinds/layer-kinds.ts';
import { type Part, type Subject, Unsupported } from './layer-rule.ts';

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
  const known = layerKind(kind);
  if (!known)
    throw new Unsupported(`is of the kind ${kind}, which cannot be run here; please give a network of Keras’ own convolutional layers`);
  return known.rule(subject);
}
