/**
 * All kinds of layers that can be run here, one entry each, by the names of their Keras classes. Whoever asks something of a layer by its kind
 * asks it here; what is computed otherwise than tf.js does it stands in `engine/operations/own-operations.ts`, under the same names.
 */
import { ACTIVATION_KINDS } from './activation-kinds.ts';
import { CONVOLUTION_KINDS } from './convolution-kinds.ts';
import type { BuiltKind, LayerKind } from './layer-kind.ts';
import { MERGE_KINDS } from './merge-kinds.ts';
import { NORMALIZATION_KINDS } from './normalization-kinds.ts';
import { POOLING_KINDS } from './pooling-kinds.ts';
import { RESIZING_KINDS } from './resizing-kinds.ts';
import { SHAPE_KINDS } from './shape-kinds.ts';
import { TRAINING_KINDS } from './training-kinds.ts';

/** By what they do. */
export const LAYER_FAMILIES = [
  ACTIVATION_KINDS,
  CONVOLUTION_KINDS,
  MERGE_KINDS,
  NORMALIZATION_KINDS,
  POOLING_KINDS,
  RESIZING_KINDS,
  SHAPE_KINDS,
  TRAINING_KINDS,
] as const;

type KeysOf<Family> = Family extends unknown ? keyof Family : never;

export type LayerKindName = KeysOf<(typeof LAYER_FAMILIES)[number]>;

const LAYER_KINDS: ReadonlyMap<string, LayerKind> = new Map(LAYER_FAMILIES.flatMap((family) => Object.entries<LayerKind>(family)));

/** All that are read, whatever their settings; those that are always refused with a sentence of their own are among them. */
export const KNOWN_KINDS: readonly string[] = [...LAYER_KINDS.keys()];

/** Undefined for what is not read here. */
export function layerKind(name: string): LayerKind | undefined {
  return LAYER_KINDS.get(name);
}

/** How layers of this kind behave where they run. Only kinds that the rules let through are ever built. */
export function builtKind(name: string): BuiltKind {
  const built = layerKind(name)?.built;
  if (!built) throw new Error(`layers of the kind ${name} are never built`);
  return built;
}
