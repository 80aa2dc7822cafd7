/** Explaining one image: what crosses the thread border. */

import type { Size } from '../core/images/geometry.ts';
import type { InputChange } from '../core/images/input-change.ts';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import type { AblationValue } from '../explain/ablation-plan.ts';
import type { ResultEvent, Work } from '../explain/work.ts';

/** 8-bit RGBA, row-major, not premultiplied. */
export interface RgbaPixels extends Size {
  readonly data: Uint8ClampedArray;
}

export type ImagePixels = ImageBitmap | RgbaPixels;

export interface ImageInput {
  /** Two requests with the same id are about the same pixels. */
  readonly id: string;
  readonly pixels: ImagePixels;
}

/** What the network takes, as somebody else prepared it. */
export interface PreparedImage {
  /** Two requests with the same id are about the same values. */
  readonly id: string;
  /** `[height, width, channels]`, row-major. */
  readonly values: Float32Array;
}

/** @typeParam Image in which form the image comes */
export interface RequestAbout<Image> {
  readonly image: Image;
  /** Left out: as the model's files say, or as it was guessed. */
  readonly preprocessing?: Preprocessing;
  /** What is done to the network's input before it runs; left out: nothing. Maps are those of the changed input. */
  readonly change?: InputChange;
  readonly layer: string;
  /**
   * Layers that will be asked about next, of the same image: as far as there is memory, they start from the same forward pass, and from the
   * same backward pass where it reaches them.
   */
  readonly nextLayers?: readonly string[];
  /** Null: only the logits. */
  readonly work: Work | null;
  /** The most memory for the activations of a running batch, in bytes. */
  readonly budgetBytes: number;
  /** How the copies of a sweep are run; left out: incrementally. */
  readonly exact?: ExactEvaluation;
}

/** Both give the same numbers: by working out no more of a copy than what it changes, or each copy's tail whole. */
export type ExactEvaluation = 'incremental' | 'dense';

export type ExplainRequest = RequestAbout<ImageInput>;

/**
 * What an engine is to go on with, once it has done and reported all that it was given: so that what a job costs once is paid once, and nobody
 * need know beforehand how much each of several engines will get done. Empty: nothing.
 */
export type MoreItems = () => Promise<Uint32Array>;

export type WithoutCellsRequest = Omit<ExplainRequest, 'work' | 'budgetBytes' | 'change' | 'exact'> & {
  /** Row-major numbers of the layer's cells. */
  readonly cells: Uint32Array;
  readonly value: AblationValue;
};

/** What `explain` reports: the logits once; then of the result what its kind reports, and of sweeps after every batch `progress`. */
export type ExplainEvent =
  | { readonly kind: 'logits'; readonly logits: Float32Array; readonly durationMs: number }
  | ResultEvent
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number;
      /** Null until there is something to judge by. */
      readonly remainingMs: number | null;
    };

/** Whatever can be asked for explanations: an engine, of images as it takes them. */
export interface Explains<Image> {
  explain(request: RequestAbout<Image>, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void>;
}
