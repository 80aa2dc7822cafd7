/** Which models there are, and what runs them. */
import type { RoledFile } from '../core/file-role.ts';
import type { Size } from '../core/geometry.ts';
import type { KnownModel } from '../core/known-model.ts';
import type { ModelCard } from '../core/model-card.ts';
import type { NameOrder } from '../core/output-names.ts';
import type { Preprocessing } from '../core/preprocessing.ts';
import type { OutputReading } from '../core/scores.ts';
import type { DeviceInfo, LoadProgress, ModelInfo } from '../protocol/engine.ts';

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  /** What it knows, in a sentence; empty where nobody said. */
  readonly description: string;
  readonly isBuiltIn: boolean;
  readonly hasSamples: boolean;
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
  /** Parts of a model, or of one that still waits for others. */
  openParts(parts: readonly RoledFile<File>[]): Promise<void>;
  /** A model from any server that allows it: a `model.json`, or a single file. */
  openModelAddress(address: string): Promise<void>;
  openKnownModel(known: KnownModel): Promise<void>;
  /** Forgets a model that was opened, with its files. */
  removeModel(id: string): Promise<void>;
  /** Takes effect at once, without loading again. */
  setPreprocessing(change: Partial<Preprocessing>): void;
  /** For a network that takes any size; it is built anew. */
  setInputSize(change: Partial<Size>): Promise<void>;
  /** Which of several copies of the weights is used; the network is loaded anew. */
  setWeightCopy(copy: string): Promise<void>;
  openClassNames(file: File): Promise<void>;
  /** ImageNet's names in one of their orders, or none. */
  chooseNames(source: NameOrder | 'none'): Promise<void>;
  /** Which of several outputs is explained, for a model that a person opened; it is built anew. */
  setOutput(index: number): Promise<void>;
  /** What the outputs mean. Nothing that was found out is lost. */
  setReading(reading: OutputReading): void;
  /** The person has looked at how the model takes its pictures. */
  confirmSetup(): void;
}
