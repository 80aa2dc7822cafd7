/**
 * The engine as the page sees it. Two things implement it: the engine itself, in whatever thread it runs (tests use it so), and the
 * client that talks to it in a worker. Nothing here knows tf.js; only raw numbers cross.
 */
import type { AblationSettings, AblationSweep } from '../core/ablation-plan.ts';
import type { Size } from '../core/geometry.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { MethodId } from '../core/methods.ts';
import type { Preprocessing } from '../core/preprocessing.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import type { ClassScore, OutputActivation, ScoreKind } from '../core/scores.ts';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

export interface DeviceInfo {
  readonly backend: BackendName;
  /** The GPU's name for WebGPU; else what the processor offers, such as `SIMD, 4 threads`. */
  readonly adapter: string;
  /** A WebGPU adapter that is really the processor: right results, but slower than WASM. */
  readonly isSoftware: boolean;
  /** Why a backend that was asked for, or would have been better, is not in use; empty when there is nothing to say. */
  readonly remark: string;
}

/** Where a model is: a folder on a web server with a `manifest.json` in it, or files that the person gave. */
export type ModelSource =
  | { readonly kind: 'folder'; readonly id: string; readonly url: string }
  | { readonly kind: 'files'; readonly id: string; readonly files: readonly File[] };

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly isFromCache: boolean;
}

export interface ModelInfo {
  readonly id: string;
  readonly title: string;
  readonly input: Size;
  readonly preprocessing: Preprocessing;
  readonly outputActivation: OutputActivation;
  readonly classNames: readonly string[];
  /** All layers with spatial activations, in the order in which the network runs them. */
  readonly layers: readonly LayerInfo[];
  /** The last convolutional layer, by name. */
  readonly defaultLayer: string;
  readonly parameterCount: number;
  /** What the person should know about how the model was opened, in one sentence; empty when there is nothing to say. */
  readonly remark: string;
}

/** 8-bit RGBA, row-major, not premultiplied. */
export interface RgbaPixels extends Size {
  readonly data: Uint8ClampedArray;
}

export interface PictureInput {
  /** Two requests with the same id are about the same pixels. */
  readonly id: string;
  readonly pixels: ImageBitmap | RgbaPixels;
}

export interface ExplainRequest {
  readonly picture: PictureInput;
  readonly layer: string;
  /** Null: the class with the highest logit. */
  readonly classIndex: number | null;
  readonly score: ScoreKind;
  /** The class whose score is taken off; null: none. */
  readonly versus: number | null;
  readonly ablation: AblationSettings;
  /** In the order in which results are wanted. Empty: only the logits. */
  readonly methods: readonly MethodId[];
}

export type MethodResult =
  | {
      readonly method: 'grad-cam';
      readonly score: ClassScore;
      readonly map: SaliencyMap;
      readonly durationMs: number;
    }
  | { readonly method: 'fast-ablation-cam'; readonly sweep: AblationSweep; readonly durationMs: number };

/** What `explain` reports, in this order: the logits once, then for each method any number of progress events and one result. */
export type ExplainEvent =
  | { readonly kind: 'logits'; readonly logits: Float32Array; readonly durationMs: number }
  | {
      readonly kind: 'progress';
      readonly method: MethodId;
      readonly done: number;
      readonly total: number;
      /** Null until there is something to judge by. */
      readonly remainingMs: number | null;
    }
  | { readonly kind: 'result'; readonly result: MethodResult };

export interface MemoryUse {
  readonly tensors: number;
  readonly bytes: number;
}

/**
 * Every method rejects with an `AppError`, or with the signal's reason when cancelled. One job runs at a time; jobs wait in the order asked.
 * Cancelling takes effect between two batches.
 */
export interface Engine {
  /** Chooses the backend: the one asked for, else a real GPU, else WASM, else plain JS. Call it once, first. */
  start(preference: BackendName | null): Promise<DeviceInfo>;
  /** Replaces the loaded model; the one before is freed only after the new one is ready, and stays if loading fails. */
  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo>;
  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void>;
  memory(): Promise<MemoryUse>;
  /** Called when the GPU is lost: this engine is of no more use, and a new one must be started. */
  onLost(listener: (reason: string) => void): void;
  /** Frees everything. */
  dispose(): void;
}
