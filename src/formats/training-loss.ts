/** What the loss that a network was trained with says of its outputs, where the network itself ends without an activation. */
import type { OutputReading } from '../core/models/output-reading.ts';
import { asObject, isObject } from './json.ts';
import type { Json } from './network/artifacts.ts';

/** Losses of numbers, by their names without capitals and underscores. */
const OF_NUMBERS = new Set([
  'huber',
  'huberloss',
  'logcosh',
  'mae',
  'mape',
  'meanabsoluteerror',
  'meanabsolutepercentageerror',
  'meansquarederror',
  'meansquaredlogarithmicerror',
  'mse',
  'msle',
  'poisson',
]);

/** Losses of probabilities, which may be made from logits. */
const FROM_LOGITS: Readonly<Record<string, OutputReading>> = {
  binarycrossentropy: 'independent',
  binaryfocalcrossentropy: 'independent',
  categoricalcrossentropy: 'softmax',
  categoricalfocalcrossentropy: 'softmax',
  sparsecategoricalcrossentropy: 'softmax',
};

function readingOf(loss: Json | undefined): OutputReading | null {
  const object = asObject(loss);
  const { class_name: kind, config } = object ?? {};
  const name = object ? (kind === 'function' ? config : kind) : loss;
  if (typeof name !== 'string') return null;
  const plain = name.replaceAll('_', '').toLowerCase();
  if (OF_NUMBERS.has(plain)) return 'number';
  // Without that, it took the outputs themselves for probabilities.
  return asObject(config)?.from_logits === true && Object.hasOwn(FROM_LOGITS, plain) ? (FROM_LOGITS[plain] ?? null) : null;
}

/**
 * @param loss as Keras writes it down: of all outputs, in a list, or by their names
 * @param name of the output
 * @param index of the output
 * @returns null where it does not tell
 */
export function readingOfLoss(loss: Json | undefined, name: string, index: number): OutputReading | null {
  if (Array.isArray(loss)) return readingOf(loss[index]);
  return readingOf(isObject(loss) && !('class_name' in loss) ? loss[name] : loss);
}
