/** How a network of the hub is used, as its libraries' files say it. */
import * as v from 'valibot';
import type { Size } from '../../core/images/geometry.ts';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import type { Resampling } from '../../core/images/resize.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';

export interface HubUsage {
  /** Such as `densenet169`, or `ResNetForImageClassification`; null where nothing says it. */
  readonly architecture: string | null;
  /** Why it cannot be opened, as it stands after “The model in x”, and without the full stop; null where nothing is in the way. */
  readonly refusal: string | null;
  /** Null where nothing says it. */
  readonly images: { readonly input: Size; readonly preprocessing: Preprocessing } | null;
  /** Empty where nothing, or only numbers, are said. */
  readonly names: readonly string[];
  /** Null: classes that exclude each other. */
  readonly reading: OutputReading | null;
  /** What of it cannot be had here, as whole sentences; else empty. */
  readonly remark: string;
}

/** A field that may be left out, or be of another kind than was ever meant. */
export function maybe<Type>(schema: v.GenericSchema<unknown, Type>) {
  return v.fallback(v.optional(schema), undefined);
}

export const Side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192));

/** One number for each channel, or one for all. */
export const PerChannel = v.union([
  v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(1), v.maxLength(4)),
  v.pipe(v.number(), v.finite()),
]);

/** Null where it is for another number of channels. */
export function perChannel(value: v.InferOutput<typeof PerChannel> | undefined, usual: number, count: number): readonly number[] | null {
  const numbers = value === undefined ? [usual] : [value].flat();
  const [first = usual] = numbers;
  if (numbers.length === 1) return new Array<number>(count).fill(first);
  return numbers.length === count ? numbers : null;
}

/** What is computed here in place of a resampling, and what is to be said of that. */
export function resamplingOf(name: string): { readonly resampling: Resampling; readonly remark: string } {
  if (name === 'bilinear' || name === 'bicubic') return { resampling: name, remark: '' };
  const resampling = name === 'nearest' || name === 'box' ? 'bilinear' : 'bicubic';
  return {
    resampling,
    remark: `Its images are to be resized by “${name}” resampling, which is not computed here; ${resampling} takes its place.`,
  };
}
