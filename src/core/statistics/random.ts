/** Numbers that look random and are the same every time: what is measured twice must come out the same. */
import type { Grid } from '../maps/grid.ts';
import type { SaliencyMap } from '../maps/saliency-map.ts';

/** What its state grows by with every number. */
const STEP = 0x6d2b79f5;

/**
 * mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1) from a 32-bit seed.
 *
 * @param skipped how many of the seed's numbers are passed over, at no cost
 */
export function randomFrom(seed: number, skipped = 0): () => number {
  let state = (seed + Math.imul(skipped, STEP)) >>> 0;
  return () => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers, two at a time (Box and Muller, 1958). */
export function gaussianFrom(seed: number): () => number {
  const random = randomFrom(seed);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A map that knows nothing: what any map must beat. */
export function randomMap({ rows, columns }: Grid, seed: number): SaliencyMap {
  const random = randomFrom(seed);
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, () => random()) };
}

/** The same values in another order (Fisher and Yates): a weight that was never trained, with the distribution of one that was. */
export function shuffled(values: Float32Array, seed: number): Float32Array {
  const random = randomFrom(seed);
  const result = values.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const value = result[i] ?? 0;
    result[i] = result[j] ?? 0;
    result[j] = value;
  }
  return result;
}
