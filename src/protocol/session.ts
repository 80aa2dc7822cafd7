/** All that a person has in front of them, to be reopened elsewhere and later: images, view, and what was found out. No model. */

import type { Size } from '../core/images/geometry.ts';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import type { Combination } from '../core/maps/combined-layers.ts';
import type { DisplaySettings } from '../core/maps/display.ts';
import type { LegendSubject } from '../core/maps/legend.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import type { SweepOrder } from '../explain/estimate.ts';
import type { SweepSettings } from '../explain/input/input-settings.ts';
import type { MethodId } from '../explain/methods/list.ts';
import type { StabilitySettings } from '../explain/stability/run-changes.ts';
import type { SteadyMap } from '../explain/stability/steady-map.ts';
import type { ChosenScore, Rival } from '../explain/target.ts';
import type { MapMeasures, MeasureSettings } from '../metrics/measures.ts';
import type { Box } from '../metrics/pointing.ts';
import type { Removal } from '../metrics/removal.ts';
import type { KeptFinding } from './kept-image.ts';
import type { Sample } from './sample.ts';

export interface SessionImage {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly isStretched: boolean;
  /** What is said of a sample; null for the person’s own. */
  readonly sample: (Pick<Sample, 'caption' | 'credit' | 'box' | 'label' | 'named'> & { readonly modelId: string }) | null;
  readonly file: Blob;
}

/** Which network it was, and how it was used. */
export interface SessionModel {
  readonly id: string;
  readonly title: string;
  /** Of its weights: the network itself is not in the session. */
  readonly sha256: string;
  readonly input: Size;
  readonly output: number | null;
  readonly reading: OutputReading;
  readonly preprocessing: Preprocessing;
  readonly classNames: readonly string[];
}

export interface SessionView {
  readonly layer: string;
  readonly classIndex: number | null;
  readonly score: ChosenScore;
  readonly versus: Rival | null;
  readonly ablation: SweepSettings;
  readonly methods: readonly MethodId[];
  readonly order: SweepOrder;
  readonly display: DisplaySettings;
}

export interface SessionPin {
  readonly title: string;
  readonly unit: string;
  /** What its legend speaks about. */
  readonly subject: LegendSubject;
  readonly imageId: string;
  readonly map: SaliencyMap;
}

/** What the maps of the view were measured to be worth. */
export interface SessionMeasures {
  readonly className: string;
  readonly reading: OutputReading;
  readonly measuredWith: MeasureSettings;
  readonly removal: Removal | null;
  readonly rows: readonly {
    /** A method's id, or `random`. */
    readonly id: string;
    /** Empty for the random one. */
    readonly layer: string;
    readonly map: SaliencyMap;
    readonly measures: MapMeasures | null;
    /** Of max-sensitivity; null where it was not measured. */
    readonly changes: readonly number[] | null;
  }[];
}

/** The sanity check of the view: its maps, and how alike they are to those of the trained network. */
export interface SessionSanity {
  readonly methods: readonly MethodId[];
  readonly stages: readonly {
    readonly title: string;
    readonly maps: Readonly<Partial<Record<MethodId, SaliencyMap | null>>>;
    readonly correlations: Readonly<Partial<Record<MethodId, number | null>>>;
  }[];
}

/** The runs of the view’s methods, with their settings. */
export interface SessionStability {
  readonly settings: StabilitySettings;
  readonly maps: Readonly<Partial<Record<MethodId, SteadyMap>>>;
}

export interface Session {
  /** Of the page that saved it. */
  readonly version: string;
  readonly model: SessionModel;
  readonly view: SessionView;
  readonly images: readonly SessionImage[];
  readonly selectedId: string | null;
  readonly findings: readonly KeptFinding[];
  /** Cells that are taken away, row-major, and what the network says without them; null while that is not known. */
  readonly cells: { readonly removed: readonly number[]; readonly logits: Float32Array | null };
  /** What was marked on an image, in its pixels. */
  readonly box: { readonly imageId: string; readonly box: Box } | null;
  readonly pins: readonly SessionPin[];
  /** What was finished in the drawer about the view; null where nothing was. */
  readonly measured: SessionMeasures | null;
  readonly sanity: SessionSanity | null;
  /** Whether the ends of all blocks were explained, whose results are among the findings. */
  readonly isAcrossLayers: boolean;
  /** Which layers were explained beside those, how chosen ones are put together in one map, and which are left out of it. */
  readonly combined: { readonly combination: Combination; readonly leftOut: readonly string[]; readonly added: readonly string[] };
  readonly stability: SessionStability | null;
}
