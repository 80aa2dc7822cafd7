/** Values that records of several kinds hold, as the browser's database gives them back: a former version wrote them, or they are damaged. */
import * as v from 'valibot';
import { asFit, type Fit } from '../core/images/geometry.ts';
import { asChannelOrder, channelCount, type Preprocessing } from '../core/images/preprocessing.ts';
import { RESAMPLINGS } from '../core/images/resize.ts';
import { COLORMAPS } from '../core/maps/colormap.ts';
import type { DisplaySettings } from '../core/maps/display.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import { CHANNEL_VALUES, NAMED_VALUES } from '../explain/ablation-plan.ts';
import {
  DEFAULT_SWEEP,
  HIDDEN_VALUES,
  type MaskSettings,
  type OcclusionSettings,
  type SweepSettings,
} from '../explain/input/input-settings.ts';
import { MAX_RADIUS_PERCENT, MAX_SAMPLES, SENSITIVITY_CHOICES, type SensitivitySettings } from '../metrics/max-sensitivity.ts';
import { type MeasureSettings, REPLACEMENT_CHOICES } from '../metrics/measures.ts';
import { CELLS, CONTENTS, CONTRASTS, MAX_CELLS, MAX_FACTOR, MAX_MASKS, MAX_PIXELS, MAX_SEED, SIGNS } from './setting-values.ts';

/** One of these names; a record, so that the compiler knows that none is missing. */
export function oneOf<Name extends string>(names: Readonly<Record<Name, true>>) {
  return v.custom<Name>((value) => typeof value === 'string' && Object.hasOwn(names, value));
}

/** What a check of our own knows. */
function known<Value>(asKnown: (value: unknown) => Value | null) {
  return v.custom<Value>((value) => asKnown(value) !== null);
}

export const Count = v.pipe(v.number(), v.integer(), v.minValue(1));
export const Finite = v.pipe(v.number(), v.finite());
export const Names = v.array(v.string());

const Pixels = v.pipe(Count, v.maxValue(MAX_PIXELS));
export const Occlusion = v.object({
  patch: v.nullable(Pixels),
  stride: v.nullable(Pixels),
  value: v.picklist(HIDDEN_VALUES),
} satisfies Record<keyof OcclusionSettings, v.GenericSchema>);

export const Seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SEED));
export const Masks = v.object({
  count: v.pipe(Count, v.maxValue(MAX_MASKS)),
  seed: Seed,
} satisfies Record<keyof MaskSettings, v.GenericSchema>);

export const Value = v.union([v.pipe(Finite, v.minValue(-MAX_FACTOR), v.maxValue(MAX_FACTOR)), v.picklist(NAMED_VALUES)]);
export const ChannelValue = v.exactOptional(v.picklist(CHANNEL_VALUES));
const Cells = v.pipe(Count, v.maxValue(MAX_CELLS));

/** What former versions did not have is as it is at first. */
export const SweepRecord = v.object({
  window: Cells,
  stride: Cells,
  value: Value,
  channelValue: ChannelValue,
  occlusion: v.optional(Occlusion, DEFAULT_SWEEP.occlusion),
  rise: v.optional(Masks, DEFAULT_SWEEP.rise),
} satisfies Record<keyof SweepSettings, v.GenericSchema>);

const Sensitivity = v.object({
  of: v.picklist(SENSITIVITY_CHOICES),
  samples: v.pipe(Count, v.maxValue(MAX_SAMPLES)),
  radiusPercent: v.pipe(Finite, v.gtValue(0), v.maxValue(MAX_RADIUS_PERCENT)),
} satisfies Record<keyof SensitivitySettings, v.GenericSchema>);

export const MeasureRecord = v.object({
  steps: v.pipe(Count, v.maxValue(1000)),
  replacement: v.picklist(REPLACEMENT_CHOICES),
  sensitivity: v.exactOptional(Sensitivity),
} satisfies Record<keyof MeasureSettings, v.GenericSchema>);

export const DisplayRecord = v.object({
  colormap: v.picklist(COLORMAPS.map(({ id }) => id)),
  sign: v.picklist(SIGNS),
  opacity: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  contrast: v.picklist(CONTRASTS),
  cells: v.picklist(CELLS),
  content: v.picklist(CONTENTS),
} satisfies Record<keyof DisplaySettings, v.GenericSchema>);

export const Reading = oneOf<OutputReading>({ softmax: true, independent: true, binary: true, number: true });

/** Former versions called the std `deviation`. */
function withStd(stored: unknown): unknown {
  return typeof stored === 'object' && stored !== null && 'deviation' in stored ? { std: stored.deviation, ...stored } : stored;
}

export const PreprocessingRecord = v.pipe(
  v.unknown(),
  v.transform(withStd),
  v.object({
    channels: known(asChannelOrder),
    scale: Finite,
    mean: v.array(Finite),
    std: v.array(v.pipe(Finite, v.notValue(0))),
    fit: v.pipe(
      v.unknown(),
      v.transform(asFit),
      v.custom<Fit>((fit) => fit !== null),
    ),
    resampling: v.exactOptional(v.picklist(RESAMPLINGS)),
  } satisfies Record<keyof Preprocessing, v.GenericSchema>),
  v.check(({ channels, mean, std }) => [mean, std].every(({ length }) => length === channelCount(channels))),
);
