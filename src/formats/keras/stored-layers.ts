/**
 * Which layer of the network each layer in a file of weights is.
 *
 * Keras itself goes by the order alone. Names say the same where network and weights were saved together; where a network was built again in
 * another session its layers are `conv2d_4` to `conv2d_6` in one file and `conv2d` to `conv2d_2` in the other.
 */
import type { JsonObject } from '../json.ts';
import { layersInside, nameOfLayer } from './layer-paths.ts';
import { weightNames } from './weight-names.ts';

/** A layer as the file of weights has it. */
export interface StoredLayer {
  readonly name: string;
  /** How many weights it has there. */
  readonly weights: number;
}

function weightCount(layer: JsonObject): number {
  const inner = layersInside(layer);
  return inner ? inner.reduce((sum, each) => sum + weightCount(each), 0) : weightNames(layer).length;
}

/** @returns the network's layer for each that has weights, by its name in the file; what is not there has none */
export function layersStored(stored: readonly StoredLayer[], layers: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  const byName = new Map(layers.map((layer) => [nameOfLayer(layer), layer]));
  const inFile = stored.filter(({ weights }) => weights > 0);
  if (inFile.every(({ name }) => byName.has(name))) return byName;
  const inNetwork = layers.filter((layer) => weightCount(layer) > 0);
  const fits = inFile.length === inNetwork.length && inNetwork.every((layer, i) => weightCount(layer) === inFile[i]?.weights);
  return fits ? new Map(inNetwork.map((layer, i) => [inFile[i]?.name ?? '', layer])) : byName;
}
