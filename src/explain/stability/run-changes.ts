/**
 * How steady a map is: the image is flipped and moved a little, or noise is added to it, run by run, and each run's map is laid back. The mean
 * over the runs owes less to chance than any one map; their std says where a map can be trusted.
 */

import type { Size } from '../../core/images/geometry.ts';
import { type InputChange, isSameChange } from '../../core/images/input-change.ts';
import { randomFrom } from '../../core/statistics/random.ts';
import type { Method } from '../methods/method.ts';

/** `horizontal`: left to right in every other run; `both`: and top to bottom. */
export const FLIPS = ['none', 'horizontal', 'both'] as const;

export type Flips = (typeof FLIPS)[number];

export interface StabilitySettings {
  readonly runs: number;
  readonly flips: Flips;
  readonly isShifted: boolean;
  /** The std of the noise for maps by gradient, in percent of the range of the input's values. */
  readonly noisePercent: number;
  readonly seed: number;
}

export const DEFAULT_STABILITY: StabilitySettings = { runs: 8, flips: 'horizontal', isShifted: true, noisePercent: 0, seed: 0 };

/** From so many runs on every cell of the map has a value in two of them at least, wherever the others are moved. */
export const MIN_RUNS = 5;
export const MAX_RUNS = 100;
/** The authors of SmoothGrad went no further. */
export const MAX_NOISE_PERCENT = 50;

/** The furthest move, as a share of a side. */
const SHIFT_SHARE = 1 / 16;

const TURNS: Readonly<Record<Flips, readonly Pick<InputChange, 'isMirrored' | 'isUpsideDown'>[]>> = {
  none: [{ isMirrored: false, isUpsideDown: false }],
  horizontal: [
    { isMirrored: false, isUpsideDown: false },
    { isMirrored: true, isUpsideDown: false },
  ],
  both: [
    { isMirrored: false, isUpsideDown: false },
    { isMirrored: true, isUpsideDown: false },
    { isMirrored: false, isUpsideDown: true },
    { isMirrored: true, isUpsideDown: true },
  ],
};

/** Into each corner once in four runs: whatever one of them moves out of the image, another leaves in. */
const DIRECTIONS = [
  [1, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
] as const;

/** Without those that were there before: the same change gives the same map, which would only look like certainty. */
function distinct(changes: readonly InputChange[]): readonly InputChange[] {
  return changes.filter((change, i) => changes.findIndex((other) => isSameChange(other, change)) === i);
}

/**
 * The change of every run. The first leaves everything in its place. The same seed gives the same changes, of which more runs have more; where
 * fewer differ than are asked for, as without shifts and noise, there are no more.
 *
 * @param input the network's own size
 * @param method noise is for maps by gradient; others get none
 */
export function runChanges(
  { runs, flips, isShifted, noisePercent, seed }: StabilitySettings,
  { width, height }: Size,
  { group }: Pick<Method, 'group'>,
): readonly InputChange[] {
  const random = randomFrom(seed);
  // Never nowhere, but where a side is too short for that.
  const upTo = (most: number) => Math.ceil((1 - random()) * Math.floor(most));
  const noise = group === 'gradient' ? noisePercent / 100 : 0;
  const changes = Array.from({ length: runs }, (_, run) => {
    const turn = TURNS[flips][run % TURNS[flips].length] ?? { isMirrored: false, isUpsideDown: false };
    // Every four runs the directions begin with the next one, so that none of them always goes with the same flip.
    const [right, down] = DIRECTIONS[(run - 1 + Math.floor((run - 1) / 4)) % 4] ?? [0, 0];
    const [across, along] = [upTo(width * SHIFT_SHARE), upTo(height * SHIFT_SHARE)];
    const isMoved = isShifted && run > 0;
    return {
      ...turn,
      // Without a zero that has a sign.
      shiftX: isMoved && across > 0 ? right * across : 0,
      shiftY: isMoved && along > 0 ? down * along : 0,
      noise,
      noiseKind: 'gaussian' as const,
      seed: (Math.imul(seed + 1, 0x9e3779b1) + run) >>> 0,
    };
  });
  return distinct(changes);
}
