/** Which models there are, and what runs them. */

import type { Size } from '../../core/images/geometry.ts';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import type { RoledFile } from '../../core/models/file-role.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import type { NameOrder } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { DeviceInfo, LoadProgress, ModelInfo } from '../../protocol/engine.ts';

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  /** What it knows, in a sentence; empty where nobody said. */
  readonly description: string;
  readonly isBuiltIn: boolean;
  readonly hasSamples: boolean;
  /** What it takes in the browser's storage; null for one that is not kept there. */
  readonly keptBytes: number | null;
  /** Of one that came from the Hugging Face hub: its name there, with its commit. */
  readonly hubName: string | null;
}

/** What takes its time, and says beforehand how long. */
export type Activity = 'across-layers' | 'measure' | 'sanity-check' | 'stability' | 'dataset';

/** What the browser says of the device. */
export interface Machine {
  /** What runs at once, as far as the browser tells. */
  readonly cores: number;
  /** In gigabytes, at most 8, as the browser rounds it; null where it does not tell. */
  readonly memoryGb: number | null;
}

export interface DeviceSlice {
  readonly machine: Machine;
  readonly device: {
    readonly status: 'starting' | 'ready' | 'lost' | 'failed';
    readonly info: DeviceInfo | null;
    /** What a forward pass takes here, in milliseconds, as the last passes and batches of sweeps tell: what costs are estimated from. */
    readonly passTimesMs: readonly number[];
    /** What runs of a kind really took, over what was told before: the next one is told better. */
    readonly corrections: Readonly<Partial<Record<Activity, number>>>;
  };
}

/** `remainingMs` is null until there is something to judge by. */
export type LoadingProgress = LoadProgress & { readonly remainingMs: number | null };

/** How a model is used, and its network. */
interface Loaded {
  readonly card: ModelCard;
  readonly info: ModelInfo;
}

/** Before its network is there, a model's finished explanations can be on screen already. */
interface Announced {
  readonly card: ModelCard | null;
  readonly info: null;
}

/** The model on screen, which is kept while another one loads, and when that fails. */
export type ModelOnScreen =
  | { readonly status: 'none'; readonly card: null; readonly info: null; readonly progress: null }
  | ({ readonly status: 'loading'; readonly progress: LoadingProgress | null } & (Loaded | Announced))
  | ({ readonly status: 'ready'; readonly progress: null } & Loaded)
  | ({ readonly status: 'failed'; readonly progress: null } & Announced);

/** Another one is on its way. */
export function loadingBeside(model: ModelOnScreen, progress: LoadingProgress | null): ModelOnScreen {
  if (model.info) return { status: 'loading', card: model.card, info: model.info, progress };
  return { status: 'loading', card: model.card, info: null, progress };
}

/** None is on its way any more: the one that was there stays. */
export function withoutLoading(model: ModelOnScreen): ModelOnScreen {
  if (model.info) return { status: 'ready', card: model.card, info: model.info, progress: null };
  return { status: 'failed', card: model.card, info: null, progress: null };
}

/** The network is gone with the engine that held it, and cannot be had again. */
export function withoutNetwork(model: ModelOnScreen): ModelOnScreen {
  const { card } = model;
  if (model.status === 'loading') return { status: 'loading', card, info: null, progress: model.progress };
  return { status: 'failed', card, info: null, progress: null };
}

/** The same network, used in another way. */
export function usedAs(model: ModelOnScreen, card: ModelCard): ModelOnScreen {
  return model.info ? { ...model, card } : model;
}

export interface ModelSlice {
  readonly model: ModelOnScreen & { readonly catalogue: readonly CatalogueEntry[] };
  chooseModel(id: string): Promise<void>;
  /** Stops loading; the model before stays. */
  cancelLoading(): void;
  /** Parts of a model, or of one that still waits for others. */
  openParts(parts: readonly RoledFile<File>[]): Promise<void>;
  /** A model from any server that allows it: a `model.json`, or a single file. */
  openModelUrl(url: string): Promise<void>;
  /** @param name `hf:owner/name`, perhaps with `@revision`, or the URL of its page */
  openFromHub(name: string): Promise<void>;
  /** Calls a model that was opened by another name; an empty one changes nothing. */
  renameModel(id: string, title: string): Promise<void>;
  /** Forgets a model that was opened, with its files. */
  removeModel(id: string): Promise<void>;
  /** Takes effect at once, without loading again. */
  setPreprocessing(change: Partial<Preprocessing>): void;
  /** For a network that takes any size; it is built anew. */
  setInputSize(change: Partial<Size>): Promise<void>;
  /** Which of several copies of the weights is used; the network is loaded anew. */
  setWeightCopy(copy: string): Promise<void>;
  /** How is read what the model's file leaves open: an option of a choice, by their ids. */
  setModelChoice(choice: string, option: string): Promise<void>;
  /**
   * @param source what sentences call it; left out, the file by its name
   * @returns whether the names were taken; why they were not has been said
   */
  openClassNames(file: File, source?: string): Promise<boolean>;
  /** ImageNet's names in one of their orders, or none. */
  chooseNames(source: NameOrder | 'none'): Promise<void>;
  /** Which of several outputs is explained, for a model that a person opened; it is built anew. */
  setOutput(index: number): Promise<void>;
  /** What the outputs mean. Nothing that was found out is lost. */
  setReading(reading: OutputReading): void;
  /** The person has looked at how the model takes its images. */
  confirmSetup(): void;
}
