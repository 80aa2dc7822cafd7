/** Values that records of several kinds hold, as the browser's database gives them back: a former version wrote them, or they are damaged. */
import * as v from 'valibot';
import { asFit, type Fit } from '../core/images/geometry.ts';
import { asChannelOrder, channelCount, type Preprocessing } from '../core/images/preprocessing.ts';
import { RESAMPLINGS } from '../core/images/resize.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import { DEFAULT_SWEEP, type MaskSettings, type OcclusionSettings } from '../explain/input/input-settings.ts';
import { MAX_RADIUS_PERCENT, MAX_SAMPLES, SENSITIVITY_CHOICES, type SensitivitySettings } from '../metrics/max-sensitivity.ts';

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

const Pixels = v.pipe(Count, v.maxValue(4096));
export const Occlusion = v.object({
  patch: v.nullable(Pixels),
  stride: v.nullable(Pixels),
  value: v.picklist(['mean', 'blur']),
} satisfies Record<keyof OcclusionSettings, v.GenericSchema>);

export const Seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999_999));
export const Masks = v.object({
  count: v.pipe(Count, v.maxValue(10_000)),
  seed: Seed,
} satisfies Record<keyof MaskSettings, v.GenericSchema>);

/** What former versions did not have is as it is at first. */
export const InputSettings = {
  occlusion: v.optional(Occlusion, DEFAULT_SWEEP.occlusion),
  rise: v.optional(Masks, DEFAULT_SWEEP.rise),
};
export const Sensitivity = v.object({
  of: v.picklist(SENSITIVITY_CHOICES),
  samples: v.pipe(Count, v.maxValue(MAX_SAMPLES)),
  radiusPercent: v.pipe(Finite, v.gtValue(0), v.maxValue(MAX_RADIUS_PERCENT)),
} satisfies Record<keyof SensitivitySettings, v.GenericSchema>);

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
