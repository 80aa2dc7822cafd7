/**
 * Makes a topology quick and harmless to build.
 *
 * tf.js draws every weight at random before the real one replaces it, which for DenseNet-169 takes longer than the download; regularisers
 * and constraints matter only in training. So all of them go. Every initialiser becomes zeros, that of `moving_variance` too (which Keras
 * starts at one): the file's own values replace all of them, and a model whose file lacks any is refused.
 */
import type { Json, ModelTopology } from './artifacts.ts';
import { asArray, asObject, isObject, type JsonObject } from './json.ts';

const ZEROS: Json = { class_name: 'Zeros', config: {} };

/** Initialisers that are drawn at random where the file does not name them. */
const RANDOM_BY_DEFAULT: Readonly<Record<string, readonly string[]>> = {
  Conv2D: ['kernel_initializer'],
  Conv2DTranspose: ['kernel_initializer'],
  Dense: ['kernel_initializer'],
  DepthwiseConv2D: ['depthwise_initializer'],
  SeparableConv2D: ['depthwise_initializer', 'pointwise_initializer'],
};

function lightConfig(config: JsonObject): JsonObject {
  const entries = Object.entries(config).map(([key, value]): [string, Json] => {
    if (key.endsWith('_initializer')) return [key, ZEROS];
    if (key.endsWith('_regularizer') || key.endsWith('_constraint')) return [key, null];
    if (key === 'layers') return [key, asArray(value).map((layer) => (isObject(layer) ? lightLayer(layer) : layer))];
    if (key === 'layer' && isObject(value)) return [key, lightLayer(value)];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function lightLayer(layer: JsonObject): JsonObject {
  const unnamed = RANDOM_BY_DEFAULT[String(layer.class_name)] ?? [];
  const zeros = Object.fromEntries(unnamed.map((key): [string, Json] => [key, ZEROS]));
  return { ...layer, config: { ...zeros, ...lightConfig(asObject(layer.config) ?? {}) } };
}

export function readyToLoad({ class_name, config }: ModelTopology): ModelTopology {
  return { class_name, config: lightConfig(config) };
}
