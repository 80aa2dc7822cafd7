/**
 * What is asked of the engine, and what it answers, whatever the method: a map of one score, or a sweep, which holds the logits of all
 * classes for every item (a window of cells, say, or a channel) and from which the map of any score follows by arithmetic.
 */

import type { Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { AblationSettings, AblationValue, ChannelValue } from './ablation-plan.ts';
import type { MaskSettings, OcclusionSettings } from './input/input-settings.ts';
import type { ItemSweep, SweptItems } from './item-sweep.ts';
import type { ClassScore } from './target.ts';

/** Asks for a map. */
export interface MapWork {
  /** The computation that is asked for: a method's id, or `first-order`. */
  readonly method: string;
  /** Null for methods that know no class. */
  readonly score: ClassScore | null;
  /** What ablated activations would become, where the map estimates an ablation. */
  readonly value?: AblationValue;
}

/** Asks for a sweep, or for some of its items. */
export interface SweepWork {
  readonly method: string;
  /** Left out for methods that ablate something else than windows of cells. */
  readonly ablation?: AblationSettings;
  /** Which patches of the image are hidden, by methods that do that. */
  readonly occlusion?: OcclusionSettings;
  /** Which random masks are laid over the image, by methods that do that. */
  readonly masks?: MaskSettings;
  /** What ablated channels become; left out for methods that ablate something else, and for zeros. */
  readonly channelValue?: ChannelValue;
  /** Null: all of them. */
  readonly items: Uint32Array | null;
}

export type Work = MapWork | SweepWork;

/** What a result took, in milliseconds: the same whether or not what it starts from was there already. */
export interface Timing {
  /** The method's own time, with its backward pass or its sweep, and without the forward pass. */
  readonly durationMs: number;
  /** The forward pass that it starts from, which all methods at a layer share. */
  readonly forwardMs: number;
}

/** A map of one score. */
export interface MapResult extends Timing {
  readonly method: string;
  /** Null for methods that know no class. */
  readonly score: ClassScore | null;
  readonly map: SaliencyMap;
  /** How large the numbers were that its values were made from, in their unit (`explain/rounding.ts`). */
  readonly scale: number;
}

/** Sweeps of all kinds have the grid of what they change: the layer's, or the pixels of the network's input. */
export interface Sweep extends ItemSweep {
  readonly cells: Grid;
}

/** A sweep, finished or not. */
export interface SweepResult extends Timing {
  readonly method: string;
  readonly sweep: Sweep;
}

export type Result = MapResult | SweepResult;

/** What the engine reports of a result: one `map`; or for sweeps one `begun`, and after every batch `items`. */
export type ResultEvent =
  | { readonly kind: 'map'; readonly result: MapResult }
  /** The grid of what is changed, and the layer's activation, `[cells, channels]`, where the map is made from that. */
  | { readonly kind: 'begun'; readonly cells: Grid; readonly activation: Float32Array | null; readonly forwardMs: number }
  /** `durationMs`: since the last report, or since the sweep began; `engines`: how many ran meanwhile, where several share the sweep. */
  | { readonly kind: 'items'; readonly swept: SweptItems; readonly durationMs: number; readonly engines?: number };

export function isSweepWork(work: Work): work is SweepWork {
  return 'items' in work;
}

export function isSweepResult(result: Result): result is SweepResult {
  return 'sweep' in result;
}

/** Whether it is about the image itself: its result is the same whichever layer is in view. */
export function isAboutImage(work: Work): boolean {
  return isSweepWork(work) && (work.occlusion !== undefined || work.masks !== undefined);
}

/** What stands in a layer's place where the image itself is explained. */
export const INPUT_IMAGE = 'input image';

/** The same for works with the same result. A sweep holds all classes, whichever of its items are asked for. */
export function workKey(work: Work): string {
  if (isSweepWork(work)) {
    const { window, stride, value } = work.ablation ?? {};
    const { patch, stride: step, value: hidden } = work.occlusion ?? {};
    const { count, seed } = work.masks ?? {};
    const { channelValue } = work;
    return JSON.stringify([work.method, window, stride, value, patch, step, hidden, count, seed, ...(channelValue ? [channelValue] : [])]);
  }
  const { classIndex, kind, versus, reading } = work.score ?? {};
  return JSON.stringify([work.method, classIndex, kind, versus, reading, work.value]);
}
