/** How Keras and tf.js call the weights of a layer, and in which order Keras stores them. */
import { asObject, type JsonObject } from '../json.ts';
import { plainKind } from '../layers/kind-names.ts';
import { layerKind } from '../layers/kinds/layer-kinds.ts';

/** The weights of a layer, in Keras' order, by their own names in tf.js. */
export function weightNames({ class_name: kind, config }: JsonObject): readonly string[] {
  return layerKind(plainKind(String(kind)))?.weightNames(asObject(config) ?? {}) ?? [];
}
