/**
 * Makes a topology quick and harmless to build.
 *
 * tf.js draws every weight at random before the real one replaces it, which for DenseNet-169 takes longer than the download; regularisers
 * and constraints matter only in training. So all of them go. Every initialiser becomes zeros, that of `moving_variance` too (which Keras
 * starts at one): the file's own values replace all of them, and a model whose file lacks any is refused.
 */
import type { Json, ModelTopology } from './artifacts.ts';
import { asArray, asObject, isObject, type JsonObject } from './json.ts';

function lightConfig(config: JsonObject): JsonObject {
  const entries = Object.entries(config).map(([key, value]): [string, Json] => {
    if (key.endsWith('_initializer')) return [key, { class_name: 'Zeros', config: {} }];
    if (key.endsWith('_regularizer') || key.endsWith('_constraint')) return [key, null];
    if (key === 'layers') return [key, asArray(value).map((layer) => (isObject(layer) ? lightLayer(layer) : layer))];
    if (key === 'layer' && isObject(value)) return [key, lightLayer(value)];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function lightLayer(layer: JsonObject): JsonObject {
  return { ...layer, config: lightConfig(asObject(layer.config) ?? {}) };
}

export function readyToLoad({ class_name, config }: ModelTopology): ModelTopology {
  return { class_name, config: lightConfig(config) };
}
