/**
 * Max-sensitivity (Yeh et al., NeurIPS 2019, section 4): the largest change of an explanation while the input changes a little. Here, as in
 * Captum, it is the largest of some random changes, and a share of the explanation itself, so that methods with units of their own compare.
 *
 * No image is scored for it: the method explains every changed input anew.
 */
import type { InputChange } from '../core/images/input-change.ts';
import type { Metric } from './metric.ts';

/** Which maps it is measured of: `affordable`: those that cost little to make again. */
export const SENSITIVITY_CHOICES = ['affordable', 'all', 'none'] as const;

export interface SensitivitySettings {
  readonly of: (typeof SENSITIVITY_CHOICES)[number];
  /** How many changed inputs are explained. */
  readonly samples: number;
  /** The furthest that a value of the input moves, in percent of the range of the input's values. */
  readonly radiusPercent: number;
}

/** As many changes, and as small, as Captum's. */
export const DEFAULT_SENSITIVITY: SensitivitySettings = { of: 'affordable', samples: 10, radiusPercent: 2 };

export const MAX_SAMPLES = 100;
export const MAX_RADIUS_PERCENT = 50;

/** Ten times as much is what the other measures cost of one map, or less. */
const AFFORDABLE_PASSES = 10;

/** @param passes of one explanation, in forward passes */
export function isSensitivityWanted({ of }: SensitivitySettings, passes: number): boolean {
  return of === 'all' || (of === 'affordable' && passes <= AFFORDABLE_PASSES);
}

/** The same for every map, so that maps are compared under the same changes; more samples have more of them. */
const SEED = 1;

export function sensitivityChanges({ samples, radiusPercent }: Omit<SensitivitySettings, 'of'>): readonly InputChange[] {
  return Array.from({ length: samples }, (_, i) => ({
    shiftX: 0,
    shiftY: 0,
    isMirrored: false,
    isUpsideDown: false,
    noise: radiusPercent / 100,
    noiseKind: 'uniform',
    seed: (Math.imul(SEED, 0x9e3779b1) + i) >>> 0,
  }));
}

export const maxSensitivity: Metric<'max-sensitivity', { readonly changes?: readonly number[] }> = {
  id: 'max-sensitivity',
  title: 'Max-sensitivity',
  isMoreBetter: false,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: false,
  needsExplanations: true,
  isAgainstRandom: false,
  summary:
    'How far the map moves while the image hardly does: the largest change of the map, as a share of its own size, over some inputs with a little uniform noise.',
  formula: 'max over changes d, |d| ≤ r, of ‖map(x + d) − map(x)‖ / ‖map(x)‖',
  weakness:
    'A map that ignores the image never changes, so less is not always better; and some random changes find less than the largest one that there is.',
  source: 'Yeh et al., NeurIPS 2019, section 4; there without the division by ‖map(x)‖, which lets methods compare, as in Captum',
  score(measures) {
    const { changes = [] } = measures ?? {};
    const largest = Math.max(...changes);
    return changes.length > 0 && Number.isFinite(largest) ? largest : null;
  },
};
