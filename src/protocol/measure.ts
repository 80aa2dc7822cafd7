/** Measuring how faithful maps are: what crosses the thread border. */
import type { MapMeasures, MeasureSettings } from '../core/faithfulness/measures.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import type { ExplainRequest } from './engine.ts';

export type MeasureRequest = Omit<ExplainRequest, 'work' | 'layer'> & {
  /** The class whose probability is followed. */
  readonly classIndex: number;
  /** The maps of one picture, which share what they can. */
  readonly maps: readonly { readonly id: string; readonly map: SaliencyMap }[];
  readonly settings: MeasureSettings;
};

export type MeasureEvent =
  /** A map is done. */
  | { readonly kind: 'measured'; readonly id: string; readonly measures: MapMeasures }
  /** Passes of the network. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly remainingMs: number | null };
