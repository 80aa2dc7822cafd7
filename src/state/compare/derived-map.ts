/** Maps that are put together from several maps: over runs of a changed image, over layers, or over methods. */
import type { Combination } from '../../core/maps/combined-layers.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import type { MethodId } from '../../explain/methods/list.ts';
import type { StabilitySettings } from '../../explain/stability/run-changes.ts';
import type { ClassScore } from '../../explain/target.ts';

/** What it was made of, as its data says it. */
type Making =
  | { readonly of: 'runs'; readonly part: 'mean' | 'std'; readonly runs: number; readonly settings: StabilitySettings }
  | {
      readonly of: 'layers';
      readonly part: Combination;
      readonly layers: readonly { readonly layer: string; readonly ablation: SweepSettings }[];
    }
  /** Null: as it is in view. */
  | { readonly of: 'methods'; readonly part: 'std'; readonly ablation: SweepSettings | null };

export interface DerivedMap {
  /** One, or those that disagree. */
  readonly methods: readonly MethodId[];
  /** Its method, what it was made of, and its class. */
  readonly title: string;
  /** What it was made of, `mean of 8 runs`, `disagreement`, and what it is of. */
  readonly words: string;
  readonly name: string;
  readonly unit: string;
  readonly subject: LegendSubject;
  readonly map: SaliencyMap;
  /** What must be known to read it right, as of the maps that it was made of; empty where there is nothing. */
  readonly caveat: string;
  /** Of one layer its name, of several their blocks. */
  readonly layer: string;
  /** What was explained; of methods without a class what was in view. */
  readonly score: ClassScore;
  /** What it was made of, as file names say it: `grad-cam_mean-of-8-runs`. */
  readonly slug: string;
  readonly making: Making;
  readonly imageId: string;
  readonly modelId: string;
}

/** A std has no sign: its colours say how much, from none on. */
export const displayOfSpread = memoize(
  (display: DisplaySettings): DisplaySettings => ({
    ...display,
    colormap: 'viridis',
    sign: 'positive',
    contrast: 'zero-to-max',
  }),
);

/** Of layers only what speaks for the class is put together. */
const ofLayers = memoize((display: DisplaySettings): DisplaySettings => ({ ...display, sign: 'positive', contrast: 'zero-to-max' }));

/** How it is drawn. Its scale is its own: others have other units. */
export function displayFor({ making }: Pick<DerivedMap, 'making'>, display: DisplaySettings): DisplaySettings {
  if (making.of === 'layers') return ofLayers(display);
  return making.part === 'std' ? displayOfSpread(display) : display;
}
