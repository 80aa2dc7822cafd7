/** What a network's outputs mean: one reading for all of them. */

/**
 * What the units of a network's output mean.
 *
 * - `softmax`: each unit is a class, and the classes exclude each other.
 * - `independent`: each unit is a class by itself, with a sigmoid.
 * - `binary`: one unit with a sigmoid, and two classes: class 1 is the unit's (`z`, `p`), class 0 the other one (`-z`, `1 - p`), as Keras
 *   numbers them.
 * - `number`: each unit is a value by itself, in a unit of its own, and no probability.
 */
export type OutputReading = 'softmax' | 'independent' | 'binary' | 'number';

/** The readings that an output of so many units can have. */
export function readingsFor(units: number): readonly OutputReading[] {
  return units === 1 ? ['binary', 'number'] : ['softmax', 'independent', 'number'];
}

/** How many classes, or values, the units stand for. */
export function classCount(units: number, reading: OutputReading): number {
  return reading === 'binary' ? 2 : units;
}

/** Whether a class rules the others out, so that the shares of all add up to one. */
export function isExclusive(reading: OutputReading): boolean {
  return reading === 'softmax' || reading === 'binary';
}
