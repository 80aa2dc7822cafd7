/** What is measured of a map, and with which settings. */
import { REPLACEMENTS, type ReplacementKind } from './replacement.ts';

export interface MeasureSettings {
  /** Into how many equal steps the pixels are divided that are removed, or inserted, one after the other. */
  readonly steps: number;
  /** What removed pixels become; what is inserted into starts from it. */
  readonly replacement: ReplacementChoice;
}

/** `auto`: the mildest one that takes the evidence away (`removal.ts`), the same for all maps that are compared. */
export type ReplacementChoice = ReplacementKind | 'auto';

export const REPLACEMENT_CHOICES: readonly ReplacementChoice[] = ['auto', ...REPLACEMENTS];

export const DEFAULT_MEASURE: MeasureSettings = { steps: 16, replacement: 'auto' };

/**
 * The probabilities of the class on images that a map has changed. A map without a ranking (constant, empty, or with values that are no
 * numbers) has none of it.
 */
export interface MapMeasures {
  /** After every step, the intact image first: `[steps + 1]`. RISE, section 4.2. */
  readonly deletion: readonly number[];
  /** After every step, the replacement alone first: `[steps + 1]`. */
  readonly insertion: readonly number[];
  /** Of the intact image, and of the image times the map's positive part. Grad-CAM++, section 4.1. */
  readonly intact: number;
  readonly masked: number;
  /** With the most (MoRF) or the least (LeRF) important share of the pixels imputed, for each of ROAD's shares. */
  readonly roadMost: readonly number[];
  readonly roadLeast: readonly number[];
}

/** 1 at the pixels that ROAD removes: the share of them that the map ranks highest, or lowest. */
export function roadMask(ranking: Uint32Array, share: number, isMost: boolean): Uint8Array {
  const mask = new Uint8Array(ranking.length);
  const count = Math.round(ranking.length * share);
  const removed = isMost ? ranking.subarray(0, count) : ranking.subarray(ranking.length - count);
  for (const pixel of removed) mask[pixel] = 1;
  return mask;
}
