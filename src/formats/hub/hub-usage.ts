/** How a network of the hub is used, as its libraries' files say it. */
import * as v from 'valibot';
import type { Fit, Size } from '../../core/images/geometry.ts';
import type { Normalisation } from '../../core/images/preprocessing.ts';
import type { Resampling } from '../../core/images/resize.ts';
import { numberedName } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { asObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { namesInJson } from '../usage/class-names.ts';

export interface HubUsage {
  /** Such as `densenet169`, or `ResNetForImageClassification`; null where nothing says it. */
  readonly architecture: string | null;
  /** Why it cannot be opened, as it stands after “The model in x”, and without the full stop; null where nothing is in the way. */
  readonly refusal: string | null;
  /** What is done to the values of images; null where nothing says it, or for another number of channels. */
  readonly values: Normalisation | null;
  /** How images are resized and cropped; null where nothing says it, or in a way that is not computed here. */
  readonly fitted: { readonly input: Size; readonly fit: Fit; readonly resampling: Resampling } | null;
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

/** More classes than any classifier has. */
const MAX_CLASSES = 100_000;

/**
 * Names as a list, or by their numbers, of which some may be left out.
 *
 * @param count how many there are at least
 */
export function namesByNumber(json: Json | undefined, count: number): string[] {
  const whole = namesInJson(json ?? null);
  if (whole) return whole;
  const entries = Object.entries(asObject(json) ?? {});
  const length = Math.max(count, ...entries.map(([number]) => Number(number) + 1));
  const isByNumber = entries.length > 0 && entries.every(([number, name]) => /^\d+$/.test(number) && typeof name === 'string');
  if (!isByNumber || length > MAX_CLASSES) return [];
  const names = new Map(entries);
  return Array.from({ length }, (_, index) => String(names.get(String(index)) ?? numberedName(index, 'softmax')));
}
