/** What a metric is: one descriptor, and what must be scored for it. The lists are in `scores.ts` and `measures.ts`. */
import type { Pixels } from '../core/images/resize.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';

/** What images are made from to measure a map by. */
export interface MeasuredMapImages {
  /** As the network sees it. */
  readonly image: Pixels;
  /** What removed pixels become: all of them, RGBA. */
  readonly replacement: Uint8ClampedArray;
  readonly map: SaliencyMap;
  /** Its pixels, most salient first. */
  readonly ranking: Uint32Array;
  /** Into how many equal steps the pixels are divided that are removed, or inserted, one after the other. */
  readonly steps: number;
  /** The scores of the intact image, and of the replacement alone. */
  readonly intact: number;
  readonly left: number;
}

/** An image that a map changed. */
export interface ChangedImage {
  /** What is done to which pixels, where nothing else decides what the image is: then the same to the same pixels is the same image. */
  readonly change: PixelChange | null;
  /** RGBA; asked for when its turn comes. */
  make(): Uint8ClampedArray;
}

export interface PixelChange {
  readonly kind: 'replaced' | 'imputed';
  /** 1 for every changed pixel, row-major. */
  mask(): Uint8Array;
}

/** Scores that belong together, in order: those that are known, and images to be scored. */
export type Series = (of: MeasuredMapImages) => readonly (number | ChangedImage)[];

/** Whether a map points at what a person marked with a box (see `pointing.ts`). */
export interface Pointing {
  /**
   * The pointing game (Zhang et al., ECCV 2016, section 4.1): whether the map's greatest value lies in the box. That value is at the middle
   * of its cell, wherever the map is enlarged to.
   */
  readonly isHit: boolean;
  /**
   * The energy-based one (Score-CAM: Wang et al., CVPR workshops 2020, section 4.3): the share of the positive values that lies in the box.
   */
  readonly energy: number;
  /** The box's share of what the network saw: the energy of a map that knows nothing. */
  readonly boxShare: number;
}

/** @typeParam Measures what of the measured scores it needs */
export interface Metric<Id extends string, Measures> {
  readonly id: Id;
  readonly title: string;
  readonly isMoreBetter: boolean;
  /** Whether it is yes or no for one image, and so a proportion over a set. */
  readonly isYesOrNo: boolean;
  /** Whether a person must have drawn a box. */
  readonly needsBox: boolean;
  /** Whether it compares probabilities with each other, as shares: of a number that may be negative, these mean nothing. */
  readonly needsProbability: boolean;
  /** Whether methods must explain changed images for it. */
  readonly needsExplanations: boolean;
  /** Whether it says something of a map that it is better than one of random numbers; else that does not count. */
  readonly isAgainstRandom: boolean;
  /** What it is, in one sentence. */
  readonly summary: string;
  /** As a formula; `p` is the probability of the class. */
  readonly formula: string;
  /** Where it misleads, in one sentence. */
  readonly weakness: string;
  readonly source: string;
  /**
   * @param measures null for a constant map, which has no ranking
   * @param pointing null without a box
   */
  score(measures: Measures | null, pointing: Pointing | null): number | null;
}
