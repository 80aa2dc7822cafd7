/**
 * Keras' own model configurations, of Keras 2 and 3, in the dialect of Keras 2 that tf.js reads.
 *
 * Keras 3 renamed `batch_input_shape` to `batch_shape`, wraps dtypes, activations and initialisers in objects with their module, and
 * describes calls as `{args, kwargs}` full of serialised tensors instead of `[[[layer, node, tensor, {}]]]`.
 */
import { AppError } from '../core/app-error.ts';
import type { Json, ModelTopology } from './artifacts.ts';
import { asArray, asObject, isObject, type JsonObject, objectsIn, parseJson } from './json.ts';

/** A reference to another layer's tensor: layer, call, output. */
type TensorReference = readonly [string, number, number, JsonObject];

function referencesIn(json: Json | undefined): TensorReference[] {
  if (Array.isArray(json)) return json.flatMap(referencesIn);
  const object = asObject(json);
  if (object?.class_name !== '__keras_tensor__') return [];
  const [layer, node, tensor] = asArray(asObject(object.config)?.keras_history);
  return [[String(layer), Number(node), Number(tensor), {}]];
}

/** One entry per call of the layer. */
function inboundNodes(calls: readonly Json[]): Json[] {
  return calls.map((call) => (isObject(call) && 'args' in call ? referencesIn(call.args) : call));
}

/** `["name", 0, 0]` and `[["name", 0, 0]]` both occur; tf.js wants the latter. */
function listOfReferences(json: Json): Json {
  const list = asArray(json);
  return typeof list[0] === 'string' ? [list] : list;
}

/** A value of a layer's configuration: what Keras 3 wraps is unwrapped. */
function configValue(key: string, value: Json): Json {
  const object = asObject(value);
  if (!object) return value;
  if (key === 'dtype') return asObject(object.config)?.name ?? 'float32';
  if (object.class_name === 'function' && typeof object.config === 'string') return object.config;
  if (key === 'activation' && typeof object.class_name === 'string') return object.class_name.toLowerCase();
  if (key === 'layer') return layer(object);
  if ('class_name' in object) return { class_name: object.class_name ?? null, config: object.config ?? {} };
  return value;
}

function config(json: JsonObject): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(json)) {
    if (key === 'batch_shape') entries.push(['batch_input_shape', value]);
    else if (key === 'layers') entries.push([key, objectsIn(value).map(layer)]);
    else if (key === 'input_layers' || key === 'output_layers') entries.push([key, listOfReferences(value)]);
    else if (key !== 'build_input_shape' && key !== 'optional' && key !== 'ragged') entries.push([key, configValue(key, value)]);
  }
  return Object.fromEntries(entries);
}

function layer(json: JsonObject): JsonObject {
  const own = config(asObject(json.config) ?? {});
  const name = json.name ?? own.name ?? null;
  return {
    class_name: json.class_name ?? null,
    name,
    config: { ...own, name },
    ...('inbound_nodes' in json && { inbound_nodes: inboundNodes(asArray(json.inbound_nodes)) }),
  };
}

/**
 * @param text `model_config` of an `.h5`, or `config.json` of a `.keras` file
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file
 */
export function kerasTopology(fileName: string, text: string): ModelTopology {
  const json = asObject(parseJson(fileName, text));
  const kind = json?.class_name;
  const own = asObject(json?.config);
  if (typeof kind !== 'string' || !own)
    throw new AppError('model-file-broken', `The file ${fileName} holds no Keras model; please save the whole model again.`);
  if (!['Functional', 'Model', 'Sequential'].includes(kind)) {
    throw new AppError('model-unsupported', `The model in ${fileName} is a ${kind}; please give a Functional or Sequential Keras model.`);
  }
  return { class_name: kind, config: config(own) };
}
