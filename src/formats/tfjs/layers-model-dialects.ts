/** How layers-models differ from what tf.js itself writes: those converted from Keras 3, and those that people repaired by hand. */

import { asObject, isObject, type JsonObject, objectsIn } from '../json.ts';
import type { Json, ModelTopology } from '../network/artifacts.ts';

/** tf.js calls settings so in JavaScript, and reads them in files too: `batchInputShape`, `kernelSize`, `inboundNodes`. */
function snakeCase(key: string): string {
  return key.replace(/([a-z\d])([A-Z])/g, (_, before: string, letter: string) => `${before}_${letter.toLowerCase()}`);
}

/** As it stands in code, of a single image: `input_shape=(224, 224, 3)`. */
function withBatchShape(config: JsonObject): JsonObject {
  const { input_shape: shape, ...others } = config;
  const isKnown = 'batch_input_shape' in config || 'batch_shape' in config;
  return Array.isArray(shape) && !isKnown ? { ...others, batch_input_shape: [null, ...shape] } : config;
}

/** The network with every setting called as Keras calls it; what is already there under that name stays. */
export function withSnakeCase(json: JsonObject): JsonObject {
  const renamed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(renamed);
    return isObject(value) ? withSnakeCase(value) : value;
  };
  const entries = Object.entries(json).flatMap(([key, value]): [string, Json][] => {
    const own = snakeCase(key);
    if (own !== key && own in json) return [];
    const inner = renamed(value);
    return [[own, key === 'config' && isObject(inner) ? withBatchShape(inner) : inner]];
  });
  return Object.fromEntries(entries);
}

/** The kinds of all layers: those of models inside the model by their names, and by their paths, which begin with the models'. */
function kindsOf(layers: readonly JsonObject[], models = ''): Map<string, Json | undefined> {
  return new Map(
    layers.flatMap((layer): [string, Json | undefined][] => {
      const config = asObject(layer.config) ?? {};
      const name = String(config.name ?? layer.name);
      const inner = kindsOf(objectsIn(config.layers), `${models}${name}/`);
      return [[name, layer.class_name], [`${models}${name}`, layer.class_name], ...inner];
    }),
  );
}

/**
 * How the network calls a weight. Keras 3 puts the names of the models that a layer is in before the layer's: `sequential/conv2d/kernel`.
 * A layer's own name may have slashes too, so the longest name or path that a layer has is meant.
 */
export function namesInNetwork({ config }: ModelTopology): (name: string) => string {
  const kinds = kindsOf(objectsIn(config.layers));
  return (name) => {
    const parts = name.replace(/:\d+$/, '').split('/');
    const own = parts.pop() ?? '';
    for (let i = 0; i < parts.length; i++) {
      const layer = parts.slice(i).join('/');
      if (!kinds.has(layer)) continue;
      // Keras 3 calls it kernel, Keras 2 and tf.js do not.
      return `${layer}/${kinds.get(layer) === 'DepthwiseConv2D' && own === 'kernel' ? 'depthwise_kernel' : own}`;
    }
    return name;
  };
}
