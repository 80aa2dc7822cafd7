/** Measuring how faithful maps are: what crosses the thread border. */

import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { ClassScore } from '../explain/target.ts';
import type { Work } from '../explain/work.ts';
import type { MapMeasures, MeasureSettings } from '../metrics/measures.ts';
import type { Removal, RemovedScores } from '../metrics/removal.ts';
import type { ExplainRequest } from './explain.ts';

export type MeasureRequest = Omit<ExplainRequest, 'work' | 'layer' | 'change'> & {
  /** What is followed: the probability of a class, or the value of a number. */
  readonly score: ClassScore;
  /** The maps of one image, which share what they can. */
  readonly maps: readonly { readonly id: string; readonly map: SaliencyMap }[];
  readonly settings: MeasureSettings;
  /** What the network is known to say of the intact image, and of some of its replacements: that is not asked again. */
  readonly known?: Pick<RemovedScores, 'intact' | 'removed'>;
  /** Left out: the whole of it. */
  readonly part?: MeasurePart;
};

/** Some of the images that are scored for all maps: what one engine of several does. */
interface MeasurePart {
  /** By their numbers; there may be fewer. */
  readonly images: Uint32Array;
  /** What the pixels become; null where that is to be found out first. */
  readonly removal: Removal | null;
}

export type MeasureEvent =
  /** Before all else: what the pixels become, and what the network says once all of them are replaced. */
  | { readonly kind: 'removal'; readonly removal: Removal }
  /** A map is done; after the images of a part, what is known of a map, with no numbers for all else. */
  | { readonly kind: 'measured'; readonly id: string; readonly measures: MapMeasures }
  /** Passes of the network: of a part what it has done, of all images; first that there are so many. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly remainingMs: number | null };

/** The maps of a network whose weights are randomised from the top. */
export type SanityRequest = Omit<ExplainRequest, 'work' | 'change'> & {
  readonly score: ClassScore;
  readonly works: readonly { readonly id: string; readonly work: Work }[];
};

export interface SanityEvent {
  readonly kind: 'stage';
  /** 0: the network as it is; then one block more each. */
  readonly stage: number;
  /** The block that was randomised last. */
  readonly title: string;
  readonly id: string;
  /** Null where the randomised network gave none. */
  readonly map: SaliencyMap | null;
  readonly done: number;
  readonly total: number;
}
