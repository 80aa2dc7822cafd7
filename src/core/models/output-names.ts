/** What the outputs of a network are called: as somebody said, else by their numbers. */
import { classCount, type OutputReading } from './output-reading.ts';

/** An order in which networks score ImageNet's classes: with WordNet's numbers sorted, as Keras and torchvision do, or Darknet's. */
export type NameOrder = 'imagenet' | 'imagenet-darknet' | 'imagenet-background';

/** Where names come from: somebody gave them, ImageNet's are assumed in one of the orders, or there are none. */
export type NameSource = 'given' | 'none' | NameOrder;

/** The orders that a network of so many outputs may have; the first one is assumed. */
export function nameOrders(units: number): readonly NameOrder[] {
  if (units === 1000) return ['imagenet', 'imagenet-darknet'];
  return units === 1001 ? ['imagenet-background'] : [];
}

/** What an output without a name is called. */
export function numberedName(index: number, reading: OutputReading): string {
  return reading === 'number' ? `output ${index}` : `class ${index}`;
}

/** How many names there may be; an output of one unit has a name for the unit, or one for each of its two classes. */
export function nameCounts(units: number): readonly number[] {
  return units === 1 ? [1, 2] : [units];
}

/**
 * One name for each class, or for each number.
 *
 * @param given as many as `nameCounts` says, or none. Of two names of one unit the second one is the unit's, as Keras numbers classes.
 */
export function classNamesFor(given: readonly string[], units: number, reading: OutputReading): readonly string[] {
  const count = classCount(units, reading);
  const [first, second] = given;
  if (given.length === count) return given;
  if (reading === 'binary' && given.length === 1) return [`not ${first}`, `${first}`];
  if (reading === 'number' && units === 1) return [second ?? 'output'];
  return Array.from({ length: count }, (_, index) => numberedName(index, reading));
}
