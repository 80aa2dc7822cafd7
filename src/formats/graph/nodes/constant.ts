/** A tensor whose values the file knows: weights, and the shapes that are computed with. */
import { sizeOfShape } from '../../network/artifacts.ts';

export interface Constant {
  readonly kind: 'constant';
  readonly shape: readonly number[];
  /** In row-major order. Made anew whenever it is asked for where they are many. */
  readonly values: ArrayLike<number>;
  /** Whether they are no whole numbers: a division rounds those towards zero. */
  readonly isFloat: boolean;
  /** Whether floats have 64 bits: others are rounded to 32 whenever something is computed, which decides what is next to a whole number. */
  readonly isDouble?: boolean;
  /** The least and the largest number of its type, of whole numbers of up to 16 bits. */
  readonly range?: readonly [least: number, most: number];
}

export function constant(shape: readonly number[], values: ArrayLike<number>, isFloat: boolean, isDouble = false): Constant {
  return { kind: 'constant', shape, values, isFloat, ...(isDouble && { isDouble }) };
}

export function wholeNumbers(values: readonly number[], shape: readonly number[] = [values.length]): Constant {
  return constant(shape, values, false);
}

/** Whether it is one number, however many sides of one it has. */
function isSingle({ shape }: Constant): boolean {
  return sizeOfShape(shape) === 1;
}

/** The one number that it is; null for anything else. */
export function singleOf(value: Constant | null | undefined): number | null {
  return value && isSingle(value) ? (value.values[0] ?? null) : null;
}

export function numbersOf({ values }: Constant): number[] {
  return Array.from(values);
}

/** As the weights of a layer: the very values where they are floats already, as those of the largest layers are hundreds of megabytes. */
export function floatsOf({ values }: Constant): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
