/**
 * The engine as the page sees it. Two things implement it: the engine itself, in whatever thread it runs (tests use it so), and the
 * client that talks to it in a worker. Nothing here knows tf.js; only raw numbers cross.
 */

import type { Size } from '../core/images/geometry.ts';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import type { HubQuery, HubResult } from '../core/models/hub-model.ts';
import type { HubName } from '../core/models/hub-name.ts';
import type { ChosenOptions, ModelChoice, WeightCopies } from '../core/models/model-card.ts';
import type { NameSource } from '../core/models/output-names.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import type { LayerInfo, WorkSize } from '../explain/layer-info.ts';
import type { ExactEvaluation, ExplainEvent, ExplainRequest, MoreItems, WithoutCellsRequest } from './explain.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from './measure.ts';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

/** The memory for a batch of ablated copies that suits a backend: a GPU wants large batches, the others are as quick with small ones. */
export const DEFAULT_MEMORY_MB: Readonly<Record<BackendName, number>> = { webgpu: 256, wasm: 64, cpu: 64 };

export interface DeviceInfo {
  readonly backend: BackendName;
  /** The GPU's name for WebGPU; else what the processor offers, such as `SIMD, 4 threads`. */
  readonly adapter: string;
  /** A WebGPU adapter that is really the processor: right results, but slower than WASM. */
  readonly isSoftware: boolean;
  /** On how many processor cores a pass runs, where there can be several. */
  readonly threads?: number;
  /** Why a backend that was asked for, or would have been better, is not in use; empty when there is nothing to say. */
  readonly remark: string;
}

/** Where a model is: a folder on a web server with a `manifest.json` in it, or files that the person gave. */
export type ModelSource =
  | { readonly kind: 'folder'; readonly id: string; readonly url: string }
  | {
      readonly kind: 'files';
      readonly id: string;
      readonly files: readonly File[];
      /** What a network that takes any size is given; null: what suits it. */
      readonly input: Size | null;
      /** Which of several copies of the weights is used; left out: the one that the file's names speak for. */
      readonly copy?: string | null;
      /** How is read what the files leave open; left out: as is assumed. */
      readonly choices?: ChosenOptions;
      /** Which of several outputs is explained, by its number in the model; null: the first classifier. */
      readonly output: number | null;
    };

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly isFromCache: boolean;
}

export interface HubDownload {
  /** With the commit that its revision is. */
  readonly name: HubName;
  readonly files: readonly File[];
}

/** One of a network's outputs. */
export interface OutputChoice {
  /** Its number in the model. */
  readonly index: number;
  readonly name: string;
  readonly units: number;
}

export interface ModelInfo {
  readonly id: string;
  readonly title: string;
  readonly input: Size;
  /** The network itself names no size: `input` was chosen. */
  readonly takesAnySize: boolean;
  readonly preprocessing: Preprocessing;
  /** How images are prepared is guessed from the layers. */
  readonly isGuessed: boolean;
  /** All outputs that can be explained, and which of them is. */
  readonly outputs: readonly OutputChoice[];
  readonly output: number;
  /** How many raw outputs that one has: what logits are `[units]` of. */
  readonly units: number;
  /** What they mean, and what else they may be taken for. */
  readonly reading: OutputReading;
  readonly readings: readonly OutputReading[];
  /** Names as they came with the model or are assumed, by the units; empty for none. */
  readonly givenNames: readonly string[];
  readonly nameSource: NameSource;
  /** One for each class or number, under the reading. */
  readonly classNames: readonly string[];
  readonly copies?: WeightCopies | null;
  readonly choices?: readonly ModelChoice[] | null;
  /**
   * All layers, in the order in which the network runs them; those that cannot be explained say why. What copies take is that of whole tails:
   * see `Engine.planLayers`.
   */
  readonly layers: readonly LayerInfo[];
  /** One pass of the whole network. */
  readonly forward: WorkSize;
  /** See `NetworkSize`. */
  readonly pixelPass?: WorkSize;
  /** The last convolutional layer, by name. */
  readonly defaultLayer: string;
  readonly parameterCount: number;
  /** What the person should know about how the model was opened, in one sentence; empty when there is nothing to say. */
  readonly remark: string;
  /** The parts of it that a choice of the person's answers, by what is chosen. */
  readonly guesses: Readonly<Record<Guess, string>>;
}

/** How images are prepared, what outputs mean, and what they are called. */
export type Guess = 'input' | 'output' | 'names';

/** What copies take as they are run, to be put over what `ModelInfo` says of whole tails. */
export type NetworkPlans = Pick<ModelInfo, 'layers' | 'pixelPass'>;

export interface ModelIdentity {
  /** Of all weights as float32, in the order of the layers; in hex. */
  readonly sha256: string;
  /** The version of tf.js. */
  readonly tensorflow: string;
}

export interface MemoryUse {
  readonly tensors: number;
  readonly bytes: number;
}

/**
 * Every method rejects with an `AppError`, or with the signal's reason when cancelled. One job runs at a time; jobs wait in the order asked.
 * Cancelling takes effect between two batches.
 */
export interface Engine {
  /**
   * Chooses the backend: the one asked for, else a real GPU, else WASM, else plain JS. Call it once, first.
   *
   * @param threads how many threads WASM runs on; left out: as tf.js chooses, which is at most half the cores
   * @param exact how the copies of sweeps are run; left out: incrementally
   */
  start(preference: BackendName | null, threads?: number, exact?: ExactEvaluation): Promise<DeviceInfo>;
  /** Replaces the loaded model; the one before is freed only after the new one is ready, and stays if loading fails. */
  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo>;
  /**
   * What copies of the loaded model's layers, and of the image, take as they are run, which is planned when it is first asked for; `ModelInfo`
   * has what whole tails take. It waits for no job, and hardly keeps any waiting.
   */
  planLayers(signal?: AbortSignal): Promise<NetworkPlans>;
  /**
   * Fetches the files of a model from anywhere: a `model.json` with its shards and its manifest, if it has one, or a single file.
   * The server must allow it (CORS).
   */
  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]>;
  /** @param hub where the Hugging Face hub is, as a URL */
  searchHub(hub: string, query: HubQuery, signal?: AbortSignal): Promise<readonly HubResult[]>;
  /** Fetches the files of a model of the hub, and goes on with a download that was interrupted. */
  downloadFromHub(hub: string, name: HubName, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<HubDownload>;
  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void>;
  /** The logits of the network when several cells of a layer are ablated together, `[classes]`. */
  withoutCells(request: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array>;
  /** Measures how faithful maps of an image are. */
  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal): Promise<void>;
  /** The sanity check: the maps of ever more randomised networks. */
  sanity(request: SanityRequest, onEvent: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void>;
  /** What tells the loaded network from any other, and what runs it. */
  identify(): Promise<ModelIdentity>;
  memory(): Promise<MemoryUse>;
  /** Called when the GPU is lost: this engine is of no more use, and a new one must be started. */
  onLost(listener: (reason: string) => void): void;
  /** Frees everything. */
  dispose(): void;
}

/** Several engines as one, where the device has cores for them. */
export interface SharedEngine extends Engine {
  /** How many engines there may be. */
  resize(engines: number): void;
  /** Told in one sentence when one of them has stopped. */
  onNotice(listener: (sentence: string) => void): void;
}

/** A loaded model, as one engine hands it to others: none of them need read its files again. */
export interface SharedModel {
  readonly id: string;
  /** What was read of its files: the engines' own business. Its weights are in memory that threads share. */
  readonly read: unknown;
  /** What it was loaded with. */
  readonly input: Size | null;
  readonly output: number | null;
}

/** An engine that can be one of several (`pool/engine-pool.ts`). */
export interface PoolableEngine extends Engine {
  /** @param moreItems of the sweep, after those of the request */
  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal, moreItems?: MoreItems): Promise<void>;
  /** @param moreImages after those of the request's part */
  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal, moreImages?: MoreItems): Promise<void>;
  /** Null where threads share no memory, as on pages that are not isolated. It waits for no job. */
  shareModel(): Promise<SharedModel | null>;
  /** Loads what another engine shares. */
  loadShared(model: SharedModel): Promise<ModelInfo>;
  /** Called once its worker is gone: whatever was asked of it fails, and whatever will be. */
  onStopped(listener: (detail: string) => void): void;
}
