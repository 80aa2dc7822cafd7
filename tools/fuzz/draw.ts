/** Draws from a seed: the same seed gives the same draws. */
import { randomFrom } from '../../src/core/statistics/random.ts';

export class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    // Neighbouring seeds begin alike.
    for (let i = 0; i < 4; i++) this.#random();
  }

  /** Between these two. */
  real(least: number, most: number): number {
    return least + (most - least) * this.#random();
  }

  /** A whole number between these two, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor((most - least + 1) * this.#random());
  }

  isOneIn(count: number): boolean {
    return this.#random() * count < 1;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.whole(0, items.length - 1)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }

  /** The items in another order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    const order: T[] = [];
    while (left.length > 0) order.push(...left.splice(this.whole(0, left.length - 1), 1));
    return order;
  }

  /** Float32 numbers, normally distributed, since files hold such (Box and Muller, 1958). */
  normal(count: number, mean: number, std: number): Float32Array {
    return Float32Array.from({ length: count }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - this.#random()));
      return mean + std * radius * Math.sin(2 * Math.PI * this.#random());
    });
  }

  uniform(count: number, least: number, most: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.real(least, most));
  }
}

/** Which of a seed's networks something is about. */
export interface Origin {
  readonly seed: number;
  readonly index: number;
}

const PURPOSES = ['network', 'kinds', 'questions', 'format'] as const;

/** A seed for one purpose, so that what is drawn for another does not change it. */
export function seedOf({ seed, index }: Origin, purpose: (typeof PURPOSES)[number]): number {
  const which = PURPOSES.indexOf(purpose);
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(index + 1, 0xc2b2ae35) + Math.imul(which, 0x27d4eb2f)) >>> 0;
}
