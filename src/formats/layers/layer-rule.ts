/** What a rule is that says as what a Keras layer is run here, and what rules have in common. */

import { asArray, asObject, isObject, type JsonObject } from '../json.ts';
import type { Json, WeightValues } from '../network/artifacts.ts';

/** A layer that takes the place of one in the file, or of a part of it. */
export interface Part {
  readonly kind: string;
  readonly config: JsonObject;
  /** New weights, by their own names, and new names for those in the file. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
}

/** A layer of the file, as its rule sees it. */
export interface Subject {
  readonly kind: string;
  readonly config: JsonObject;
  /** Its weights by their own names. */
  readonly weights: ReadonlyMap<string, WeightValues>;
}

/** The layer cannot be run here. The message completes the sentence that begins with the layer. */
export class Unsupported extends Error {}

/** @throws Unsupported */
export type Rule = (subject: Subject) => readonly Part[];

/** Keeps where a Sequential model's first layer says what goes in. */
export function commonConfig({ name, batch_input_shape: shape, dtype }: JsonObject): JsonObject {
  return { name: name ?? null, ...(shape !== undefined && { batch_input_shape: shape }), ...(dtype !== undefined && { dtype }) };
}

/** A list of one axis, or the axis; null for several. */
export function singleAxis(axis: Json | undefined): number | null {
  if (typeof axis === 'number') return axis;
  const [only, ...rest] = asArray(axis);
  return typeof only === 'number' && rest.length === 0 ? only : null;
}

/** Of a number, a list, or an array as Keras 3 writes it down. */
export function numbersIn(json: Json | undefined): number[] {
  if (Array.isArray(json)) return json.flatMap(numbersIn);
  if (isObject(json)) return numbersIn(asObject(json.config)?.value);
  return typeof json === 'number' ? [json] : [];
}
