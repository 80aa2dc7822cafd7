/**
 * What a method of explanation is: one descriptor, which everything outside the engine reads. How it is computed is the engine's business
 * (`engine/methods`).
 */

import type { Size } from '../../core/images/geometry.ts';
import type { Grid } from '../../core/maps/grid.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { MethodCost } from '../cost.ts';
import type { SweepOrder } from '../estimate.ts';
import type { SweepSettings } from '../input/input-settings.ts';
import type { LayerInfo, WorkSize } from '../layer-info.ts';
import type { ClassScore } from '../target.ts';
import type { Result, ResultEvent, Sweep, SweepWork, Work } from '../work.ts';

/** What is explained, and how. */
export interface Subject {
  readonly score: ClassScore;
  readonly ablation: SweepSettings;
  readonly order: SweepOrder;
  /** Null until the model is loaded: what is known of it already can be shown before. */
  readonly layer: LayerInfo | null;
}

/** What of a network decides what methods cost. */
export interface NetworkSize {
  /** One pass of the whole network. */
  readonly forward: WorkSize;
  /** What runs for a copy of the image of which one pixel is changed; absent where that is a whole pass, or not planned yet. */
  readonly pixelPass?: WorkSize;
  readonly input: Size;
}

/** The pixels of the network's input. */
export function inputGrid({ input: { width, height } }: Pick<NetworkSize, 'input'>): Grid {
  return { rows: height, columns: width };
}

/** What is known so far, by the work that it is the result of; null where nothing is. */
export type Find = (work: Work) => Result | null;

/** What stands at the positions of a long sweep that are not exact yet. */
export interface Estimate {
  readonly order: SweepOrder;
  /** One value per window position, in the unit of the score. */
  readonly values: Float32Array;
}

/** What there is of a method's map. */
interface Known {
  readonly result: Result;
  readonly isDone: boolean;
  /** What stands where the result is not exact yet, and what a finished one is compared with. */
  readonly estimate: Estimate | null;
}

interface MapPair {
  /** On the layer's cells, and with zeros for what is nothing but rounding: what is drawn, compared and measured. */
  readonly map: SaliencyMap;
  /** As the engine found it, one value per window position: what is saved. */
  readonly raw: SaliencyMap;
}

/** How a method asks: by the score's gradient, by taking parts away, or without a class. */
export type MethodGroup = 'gradient' | 'ablation' | 'no-class';

export interface Method<Id extends string = string> {
  readonly id: Id;
  /** The figure's name, as people and scripts find it. */
  readonly title: string;
  /** The name in heatmap JSON and in file names. */
  readonly slug: string;
  readonly group: MethodGroup;
  /** What it is good for, in half a line. */
  readonly purpose: string;
  /** What it does, in one plain sentence. */
  readonly summary: string;
  readonly source: string;
  /** The unit of the map's values, of a score that is called so: `logit`, `probability difference`. */
  unit(score: string): string;
  /** What is asked for where nothing is known. */
  whole(subject: Pick<Subject, 'score' | 'ablation'>): Work;
  /** What is to be asked for next; null when the map is complete. */
  next(subject: Subject & { readonly layer: LayerInfo }, find: Find): Work | null;
  /**
   * What may be shown of what is known.
   *
   * @param logits the intact network's, `[classes]`; null until it has run
   */
  known(subject: Subject, find: Find, logits: Float32Array | null): Known | null;
  /** A stopped sweep of which there is no map to show yet; null for all else. */
  stopped?(subject: Pick<Subject, 'score' | 'ablation'>, find: Find): Sweep | null;
  /** @throws RangeError for the result of another kind of method */
  mapOf(result: Result, score: ClassScore, estimate: Estimate | null): MapPair;
  /** From nothing to the whole map. */
  cost(layer: LayerInfo, ablation: SweepSettings, network: NetworkSize): MethodCost;
  /** Whether an estimate is asked for before the map itself; absent where there is none. */
  isEstimatedFirst?(layer: LayerInfo, ablation: SweepSettings): boolean;
  /** What a finished map was made with, in a few words each; nothing where it is as usual. */
  details(result: Result): readonly string[];
  /** Whether its formula leaves open which end of a map is positive: alike maps may then come with opposite signs. */
  readonly isSignChosen?: boolean;
  /** What must be known to read the map right; empty where there is nothing. */
  caveat(result: Result, score: ClassScore): string;
}

/** A method that runs the tail of the network for one item after the other. */
export interface SweepMethod<Id extends string = string> extends Method<Id> {
  /** A sweep of which no item is exact yet. */
  begin(work: SweepWork, event: Extract<ResultEvent, { kind: 'begun' }>, baseline: Float32Array): Sweep;
  /** What runs for one item of this work; null where that is not known, but only how much it is at most. */
  copySize(layer: LayerInfo, network: NetworkSize, work: SweepWork): WorkSize | null;
}

/** Said of a map whose formula leaves the sign open. */
export const CHOSEN_SIGN = 'Sign chosen';

/** Whether its map is the same for every class. */
export function knowsNoClass({ group }: Pick<Method, 'group'>): boolean {
  return group === 'no-class';
}

/** The unit of the values of a map that explains this score. */
export function unitOf({ unit }: Pick<Method, 'unit'>, { kind, versus }: Pick<ClassScore, 'kind' | 'versus'>): string {
  return unit(versus === null ? kind : `${kind} difference`);
}
