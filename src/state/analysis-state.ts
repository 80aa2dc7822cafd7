/** What a person asks of maps beyond looking at them. */
import type { Point } from '../core/maps/cells.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import type { MethodId } from '../explain/methods/list.ts';
import type { MapMeasures, MeasureSettings } from '../metrics/measures.ts';
import type { Box } from '../metrics/pointing.ts';
import type { Removal } from '../metrics/removal.ts';
import type { SetResult } from '../metrics/set-result.ts';
import type { KeptSet } from '../protocol/kept-set.ts';
import type { SetPicture } from '../protocol/picture-set.ts';

/** What the network says without some cells of the layer in view. */
export interface CellsSlice {
  readonly cells: {
    /** What the pointer is at, on the network's input; marked in every figure. */
    readonly pointer: Point | null;
    /** The cells that are taken away together, row-major. */
    readonly removed: readonly number[];
    /** What was taken away before each change, oldest first: to be undone. */
    readonly former: readonly (readonly number[])[];
    readonly status: 'idle' | 'running' | 'done' | 'failed';
    /** Without them; null until it is known. */
    readonly logits: Float32Array | null;
    /** The view that all this is about: another one starts anew. */
    readonly about: string | null;
  };
  pointAt(point: Point | null): void;
  /** Takes the cells away, or puts them back where all of them are away. */
  toggleCells(cells: readonly number[]): void;
  undoCells(): void;
  clearCells(): void;
}

/** A map that was kept aside to be compared with others. */
export interface PinnedMap {
  readonly id: string;
  /** Its method, layer and class. */
  readonly title: string;
  /** Of the map's values, whatever score is on screen by now. */
  readonly unit: string;
  readonly map: SaliencyMap;
  readonly pictureId: string;
  readonly modelId: string;
}

export interface CompareSlice {
  readonly compare: {
    readonly pins: readonly PinnedMap[];
    /** Method ids, or those of maps that were kept aside. */
    readonly first: string;
    readonly second: string;
    /** The second map wiped over the first, or what the first has more than the second. */
    readonly look: 'wipe' | 'difference';
    /** Where the wipe stands, from the left, 0 to 1. */
    readonly share: number;
  };
  setCompare(change: Partial<Omit<CompareSlice['compare'], 'pins'>>): void;
  /** Keeps the map of a finished figure aside. */
  pinMap(method: MethodId): void;
  unpinMap(id: string): void;
}

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
    /** What the person marked on the selected picture, in its pixels. */
    readonly box: { readonly pictureId: string; readonly box: Box } | null;
    /** The next drag over a figure draws it. */
    readonly isDrawingBox: boolean;
  };
  measureMaps(): Promise<void>;
  cancelMeasuring(): void;
  setMeasure(change: Partial<MeasureSettings>): void;
  drawBox(isDrawing: boolean): void;
  setBox(box: FaithfulnessSlice['faithfulness']['box']): void;
}

/** A folder of pictures that is measured. */
export interface SetSlice {
  readonly set: {
    readonly status: 'none' | 'running' | 'paused' | 'done';
    /** The name of a folder that was given before there is a model to measure it with. */
    readonly waiting: string | null;
    readonly kept: KeptSet | null;
    /** In the order in which they were measured. */
    readonly results: readonly SetResult[];
    /** Pictures that could not be read, with the reason. */
    readonly failed: readonly { readonly path: string; readonly message: string }[];
    readonly remainingMs: number | null;
  };
  /** Measures these pictures with what is on screen: the model, the layer and the methods. Replaces the set before. */
  openSet(pictures: readonly SetPicture[]): Promise<void>;
  /** Takes up what a former visit left. */
  loadSet(): Promise<void>;
  runSet(): Promise<void>;
  pauseSet(): void;
  clearSet(): Promise<void>;
  openSetPicture(path: string): Promise<void>;
  downloadSet(format: 'csv' | 'json'): void;
}

/** How alike the maps of a randomised network are to those of the trained one. */
interface SanityStage {
  /** The block that was randomised last. */
  readonly title: string;
  /** Rank correlation by method; null for a map without a ranking. */
  readonly correlations: Readonly<Partial<Record<MethodId, number | null>>>;
}

export interface SanitySlice {
  readonly sanity: {
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    /** The view that the stages are about. */
    readonly about: string | null;
    readonly methods: readonly MethodId[];
    readonly stages: readonly SanityStage[];
    readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  };
  checkSanity(): Promise<void>;
  cancelSanity(): void;
}
