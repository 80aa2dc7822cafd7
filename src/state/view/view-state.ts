/** What is to be shown, and how. */

import type { DisplaySettings } from '../../core/maps/display.ts';
import type { SweepOrder } from '../../explain/estimate.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import type { MethodId } from '../../explain/methods/list.ts';
import type { ChosenScore, Rival } from '../../explain/target.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { ExactEvaluation } from '../../protocol/explain.ts';

export type Theme = 'system' | 'light' | 'dark';

/** Where the help opens. */
type HelpPlace = 'top' | 'words' | 'keys';

/** What a phone has no room for beside the stage. */
export type Sheet = 'settings' | 'tools';

export type DrawerTab = 'cells' | 'across-layers' | 'measure' | 'agreement' | 'sanity-check' | 'stability' | 'dataset';

export interface ViewSlice {
  readonly view: {
    /** Null until a model says which is its last convolutional layer. */
    readonly layer: string | null;
    /** The layer that a person or the URL asked for, and that goes with them to another model; null where it is a model's own default. */
    readonly askedLayer: string | null;
    /** Null: whichever class is best for the image. */
    readonly classIndex: number | null;
    /** Of classes; a number is explained by its value. */
    readonly score: ChosenScore;
    /** The class whose score is taken off; null: none. */
    readonly versus: Rival | null;
    readonly ablation: SweepSettings;
    /** The figures on screen, in the order of `METHODS`; at least one. */
    readonly methods: readonly MethodId[];
    /** Which windows of a long sweep are run first. */
    readonly order: SweepOrder;
    /** The most memory for a batch of ablated copies, in megabytes; null: what suits the backend. */
    readonly memoryMb: number | null;
    /** How many engines share the work on WASM; null: as many as the device has cores and memory for. */
    readonly engines: number | null;
    readonly display: DisplaySettings;
    readonly theme: Theme;
    /** Whether the line for a first visit is on screen. */
    readonly isIntroShown: boolean;
    /** Null while the help is closed. */
    readonly help: HelpPlace | null;
    /** What lies over the lower part of a phone's screen; elsewhere it has a place of its own. */
    readonly sheet: Sheet | null;
    /** Whether the person's own images outlive the visit, in this browser alone. */
    readonly keepsImages: boolean;
    /** What takes time: which of it is in front, and whether it can be seen. */
    readonly drawer: { readonly tab: DrawerTab; readonly isOpen: boolean };
    /** The backend that the URL asks for. */
    readonly backend: BackendName | null;
    /** How the URL asks for the copies of sweeps to be run. */
    readonly exact: ExactEvaluation | null;
  };
  chooseLayer(name: string): void;
  /** Null: back to whichever class is best. */
  chooseClass(classIndex: number | null): void;
  chooseScore(score: ChosenScore): void;
  /** Null: the class is explained by itself. */
  chooseVersus(versus: Rival | null): void;
  setAblation(change: Partial<SweepSettings>): void;
  dismissIntro(): void;
  openHelp(place: HelpPlace): void;
  closeHelp(): void;
  /** Everything but what is explained, as it is on a first visit. */
  resetSettings(): void;
  setSheet(sheet: Sheet | null): void;
  setDrawer(change: Partial<ViewSlice['view']['drawer']>): void;
  setMethodShown(method: MethodId, isShown: boolean): void;
  setOrder(order: SweepOrder): void;
  /** Null: what suits the backend. */
  setMemory(megabytes: number | null): void;
  /** Null: what suits the device. */
  setEngines(engines: number | null): void;
  setDisplay(change: Partial<DisplaySettings>): void;
  setTheme(theme: Theme): void;
  setKeepsImages(keepsImages: boolean): void;
}
