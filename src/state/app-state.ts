/** The page's whole state, as the components read it. One slice per part; `create-store.ts` puts them together. */
import type { AblationSettings } from '../core/ablation-plan.ts';
import type { Point } from '../core/cells.ts';
import type { DisplaySettings } from '../core/display.ts';
import type { MapMeasures, MeasureSettings } from '../core/faithfulness/measures.ts';
import type { Box } from '../core/faithfulness/pointing.ts';
import type { SetResult } from '../core/faithfulness/set-result.ts';
import type { Size } from '../core/geometry.ts';
import type { KnownModel } from '../core/known-model.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { MethodId } from '../core/methods.ts';
import type { ModelCard } from '../core/model-card.ts';
import type { KeptSet } from '../core/picture-set.ts';
import type { Preprocessing } from '../core/preprocessing.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import type { ClassScore, ScoreKind } from '../core/scores.ts';
import type { SweepOrder } from '../core/sweep-estimate.ts';
import type { BackendName, DeviceInfo, LoadProgress, MethodResult, ModelInfo } from '../protocol/engine.ts';
import type { SetPicture } from '../protocol/picture-set.ts';

export interface Picture extends Size {
  readonly id: string;
  readonly name: string;
  /** The decoded picture, upright; reduced for huge pictures, so it may be smaller than width x height. */
  readonly bitmap: ImageBitmap;
  /** The file itself, for exports at the picture's own size. */
  readonly file: Blob;
  /** An object URL for the strip's thumbnail. */
  readonly thumbnailUrl: string;
  /** Said under the picture, such as where a sample comes from; empty for the person's own pictures. */
  readonly caption: string;
  readonly isSample: boolean;
}

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly isBuiltIn: boolean;
  /** What it takes in the browser's storage; null for one that is not kept there. */
  readonly keptBytes: number | null;
}

export interface DeviceSlice {
  readonly device: {
    readonly status: 'starting' | 'ready' | 'lost' | 'failed';
    readonly info: DeviceInfo | null;
    /** What a forward pass takes here, in milliseconds, as the last passes and batches of sweeps tell: what costs are reckoned from. */
    readonly passTimesMs: readonly number[];
  };
}

export interface ModelSlice {
  readonly model: {
    readonly catalogue: readonly CatalogueEntry[];
    readonly status: 'none' | 'loading' | 'ready' | 'failed';
    /** The model that is on screen; kept when another fails to load. */
    readonly card: ModelCard | null;
    /** Null until it is loaded. */
    readonly info: ModelInfo | null;
    /** `remainingMs` is null until there is something to judge by. */
    readonly progress: (LoadProgress & { readonly remainingMs: number | null }) | null;
  };
  chooseModel(id: string): Promise<void>;
  /** Stops loading; the model before stays. */
  cancelLoading(): void;
  openModelFiles(files: readonly File[]): Promise<void>;
  /** A model from any server that allows it: a `model.json`, or a single file. */
  openModelAddress(address: string): Promise<void>;
  openKnownModel(known: KnownModel): Promise<void>;
  /** Forgets a model that was opened, with its files. */
  removeModel(id: string): Promise<void>;
  /** Takes effect at once, without loading again. */
  setPreprocessing(change: Partial<Preprocessing>): void;
  /** For a network that takes any size; it is built anew. */
  setInputSize(change: Partial<Size>): Promise<void>;
  openClassNames(file: File): Promise<void>;
  /** The person has looked at how the model takes its pictures. */
  confirmSetup(): void;
}

export interface PicturesSlice {
  readonly pictures: { readonly items: readonly Picture[]; readonly selectedId: string | null; readonly isDecoding: boolean };
  addPictures(files: readonly File[]): Promise<void>;
  selectPicture(id: string): void;
  removePicture(id: string): void;
}

export type Theme = 'system' | 'light' | 'dark';

export interface ViewSlice {
  readonly view: {
    /** Null until a model says which is its last convolutional layer. */
    readonly layer: string | null;
    /** Null: whichever class is best for the picture. */
    readonly classIndex: number | null;
    readonly score: ScoreKind;
    /** The class whose score is taken off; null: none. */
    readonly versus: number | null;
    readonly ablation: AblationSettings;
    /** The figures on screen, in the order of `METHODS`; at least one. */
    readonly methods: readonly MethodId[];
    /** Which windows of a long sweep are run first. */
    readonly order: SweepOrder;
    /** The most memory for a batch of ablated copies, in megabytes; null: what suits the backend. */
    readonly memoryMb: number | null;
    readonly display: DisplaySettings;
    readonly theme: Theme;
    /** The backend that the address asks for. */
    readonly backend: BackendName | null;
  };
  chooseLayer(name: string): void;
  /** Null: back to whichever class is best. */
  chooseClass(classIndex: number | null): void;
  chooseScore(score: ScoreKind): void;
  /** Null: the class is explained by itself. */
  chooseVersus(classIndex: number | null): void;
  setAblation(change: Partial<AblationSettings>): void;
  setMethodShown(method: MethodId, isShown: boolean): void;
  setOrder(order: SweepOrder): void;
  /** Null: what suits the backend. */
  setMemory(megabytes: number | null): void;
  setDisplay(change: Partial<DisplaySettings>): void;
  setTheme(theme: Theme): void;
}

export interface FigureState {
  /**
   * `empty`: nothing to explain yet; `waiting`: in line; `running`; `done`; `cancelled`; `failed`.
   * Unless it is done, `result` holds what there is of a long sweep (`isCurrent`), or else what the figure showed before if that is about
   * the same picture, and is null otherwise.
   */
  readonly status: 'empty' | 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  readonly result: MethodResult | null;
  /** Whether `result` is about what is in view, finished or not. */
  readonly isCurrent: boolean;
  /** What stands at the positions of a sweep that are not exact yet, and what a finished one is compared with. */
  readonly estimate: SweepEstimate | null;
  /** The picture, layer, model and backend that `result` is about: what captions, legends, names and exports must say. */
  readonly resultOf: ResultContext | null;
}

export interface SweepEstimate {
  readonly order: SweepOrder;
  /** One value per window position, in the unit of the score. */
  readonly values: Float32Array;
}

export interface ResultContext {
  readonly pictureId: string;
  readonly modelId: string;
  readonly layer: string;
  readonly backend: BackendName;
}

export interface ExplanationSlice {
  readonly explanation: {
    /** Of the selected picture; null until the network has run on it. */
    readonly logits: Float32Array | null;
    readonly figures: Readonly<Record<MethodId, FigureState>>;
  };
  /** Stops what is running, at once as far as the page is concerned. */
  cancel(): void;
  /** Runs what was cancelled or failed. */
  resume(): void;
}

export interface Notice {
  readonly id: number;
  /** `error`s are announced as alerts and stay until dismissed. */
  readonly kind: 'error' | 'info';
  readonly text: string;
}

export interface NoticesSlice {
  readonly notices: readonly Notice[];
  notify(kind: Notice['kind'], text: string): void;
  dismiss(id: number): void;
}

export interface ExportSlice {
  readonly exporting: { readonly what: string; readonly share: number } | null;
  downloadOverlay(method: MethodId): Promise<void>;
  downloadHeatmap(method: MethodId): Promise<void>;
  downloadSideBySide(): Promise<void>;
  /** Everything on screen in one file. */
  downloadReport(): Promise<void>;
  copyLink(): Promise<void>;
}

export interface StartSlice {
  /** Reads the address, shows the sample, starts the engine and loads the model. Called once, by the composition root. */
  start(): Promise<void>;
}

/** One layer of the strip over depth. */
export interface DepthColumn {
  readonly layer: LayerInfo;
  readonly ablation: AblationSettings;
  readonly gradCam: Extract<MethodResult, { method: 'grad-cam' }> | null;
  readonly sweep: Extract<MethodResult, { method: 'fast-ablation-cam' }> | null;
}

export interface DepthSlice {
  readonly depth: {
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    /** The model, the picture and the score that the columns are about. */
    readonly modelId: string | null;
    readonly pictureId: string | null;
    readonly score: ClassScore | null;
    /** The ends of the blocks, first to last. */
    readonly columns: readonly DepthColumn[];
    /** Null until there is something to judge by. */
    readonly remainingMs: number | null;
  };
  /** Explains the end of every block, one after the other. */
  compareOverDepth(): Promise<void>;
  cancelDepth(): void;
}

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
    /** The settings that the rows were measured with. */
    readonly measuredWith: MeasureSettings;
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
export interface SanityStage {
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

export type AppState = DeviceSlice &
  ModelSlice &
  PicturesSlice &
  ViewSlice &
  ExplanationSlice &
  DepthSlice &
  CellsSlice &
  CompareSlice &
  FaithfulnessSlice &
  SanitySlice &
  SetSlice &
  NoticesSlice &
  ExportSlice &
  StartSlice;
