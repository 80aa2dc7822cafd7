/** The page's whole state, as the components read it. One slice per part; `create-store.ts` puts them together. */
import type { ReadableModels } from '../core/models/readable-models.ts';
import type { SetImage } from '../protocol/image-set.ts';
import type { DepthSlice } from './across-layers/depth-state.ts';
import type { CellsSlice } from './cells/cells-state.ts';
import type { CompareSlice } from './compare/compare-state.ts';
import type { SetSlice } from './dataset/set-state.ts';
import type { ExplanationSlice, PlansSlice } from './explanation/explanation-state.ts';
import type { ExportSlice } from './export/export-state.ts';
import type { FaithfulnessSlice } from './faithfulness/faithfulness-state.ts';
import type { SanitySlice } from './faithfulness/sanity-state.ts';
import type { HistorySlice } from './history/history-state.ts';
import type { HubSlice } from './hub/hub-state.ts';
import type { ImagesSlice } from './images/image-state.ts';
import type { DeviceSlice, ModelSlice } from './models/model-state.ts';
import type { SessionSlice } from './session/session-state.ts';
import type { StabilitySlice } from './stability/stability-state.ts';
import type { StageSlice } from './stage/stage-state.ts';
import type { ViewSlice } from './view/view-state.ts';

export interface Notice {
  readonly id: number;
  /** `error`s are announced as alerts and stay until dismissed; so does what is `waiting` for another file, until that is given. */
  readonly kind: 'error' | 'waiting' | 'info';
  readonly text: string;
  /** What can be done about it at once. */
  readonly action: { readonly title: string; run(): void } | null;
  /** What the URL asked for in vain: one notice has all of it; null for any other notice. */
  readonly ignored: readonly string[] | null;
  /** Errors of one action have one group: they are shown, and dismissed, together. */
  readonly group: number | null;
}

export interface NoticesSlice {
  readonly notices: readonly Notice[];
  notify(kind: Notice['kind'], text: string, action?: Notice['action']): void;
  /** @param what of the URL, such as `the layer “conv9”` */
  notifyIgnored(what: string): void;
  /** What goes wrong meanwhile is said together: many files may be given at once. */
  sayTogether(action: () => Promise<void>): Promise<void>;
  dismiss(...ids: readonly number[]): void;
}

/** Files as a person gives them: what each of them is decides where it goes, wherever it is given. */
export interface GivenSlice {
  /** Which files a model may be, as the page says it. */
  readonly readable: ReadableModels;
  /** By drop or paste, or where images or a model are asked for. */
  giveFiles(files: readonly File[]): Promise<void>;
  /** Where class names are asked for. */
  giveClassNames(file: File): Promise<void>;
  /** All that is in folders: images become a set, models are opened. */
  giveFolder(files: readonly SetImage[]): Promise<void>;
}

export interface StartSlice {
  /** Whether the images that the page begins with are still on their way. */
  readonly isBeginning: boolean;
  /** Reads the URL, shows the samples, starts the engine and loads the model. Called once, by the composition root. */
  start(): Promise<void>;
}

export type AppState = DeviceSlice &
  ModelSlice &
  HubSlice &
  ImagesSlice &
  ViewSlice &
  StageSlice &
  ExplanationSlice &
  PlansSlice &
  DepthSlice &
  CellsSlice &
  CompareSlice &
  FaithfulnessSlice &
  SanitySlice &
  StabilitySlice &
  SetSlice &
  NoticesSlice &
  ExportSlice &
  SessionSlice &
  GivenSlice &
  HistorySlice &
  StartSlice;
