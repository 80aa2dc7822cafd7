/** What the maps of one image are worth. */
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { MapMeasures, MeasureSettings } from '../../metrics/measures.ts';
import type { Box } from '../../metrics/pointing.ts';
import type { Removal } from '../../metrics/removal.ts';

/** A map that is measured, or was. */
export interface MeasuredMap {
  /** A method's id, or `random`. */
  readonly id: string;
  readonly title: string;
  /** Empty for the random one. */
  readonly layer: string;
  readonly map: SaliencyMap;
  readonly isPending: boolean;
  /** Null until they are known, and for a map without a ranking. */
  readonly measures: MapMeasures | null;
  /** By how much it changed with each change of the input, up to now (`max-sensitivity.ts`); null where that is not measured of it. */
  readonly changes: readonly number[] | null;
  /** Whether more of them are on their way. */
  readonly isExplaining: boolean;
}

export interface FaithfulnessSlice {
  readonly faithfulness: {
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    readonly settings: MeasureSettings;
    /** The view that the rows are about. */
    readonly about: string | null;
    readonly className: string;
    /** What the outputs meant: the probability of a class was followed, or the value of a number. */
    readonly reading: OutputReading;
    /** The settings that the rows were measured with. */
    readonly measuredWith: MeasureSettings;
    /** What their pixels became; null until it is known. */
    readonly removal: Removal | null;
    readonly rows: readonly MeasuredMap[];
    readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
    /** What the person marked on the selected image, in its pixels. */
    readonly box: { readonly imageId: string; readonly box: Box } | null;
    /** The next drag over a figure draws it. */
    readonly isDrawingBox: boolean;
  };
  measureMaps(): Promise<void>;
  cancelMeasuring(): void;
  setMeasure(change: Partial<MeasureSettings>): void;
  drawBox(isDrawing: boolean): void;
  setBox(box: FaithfulnessSlice['faithfulness']['box']): void;
}
