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

/** Whether a call is given anything else than tensors, such as the number of `x * 2`: tf.js would leave it out, and compute another network. */
function hasConstants(json: Json | undefined): boolean {
  if (Array.isArray(json)) return json.some(hasConstants);
  return typeof json === 'number' || (isObject(json) && json.class_name === '__numpy__');
}

/** One entry per call of the layer. */
function inboundNodes(source: string, calls: readonly Json[]): Json[] {
  return calls.map((call) => {
    if (!isObject(call) || !('args' in call)) return call;
    const named = Object.values(asObject(call.kwargs) ?? {});
    if (hasConstants(call.args) || named.some((value) => referencesIn(value).length > 0)) {
      throw new AppError('model-unsupported', `${source} is called with more than tensors; please use layers alone, such as Rescaling.`);
    }
    return referencesIn(call.args);
  });
}

/** `["name", 0, 0]` and `[["name", 0, 0]]` both occur; tf.js wants the latter. */
function listOfReferences(json: Json): Json {
  const list = asArray(json);
  return typeof list[0] === 'string' ? [list] : list;
}

/** tf.js computes in float32 whatever the policy (`mixed_float16`, `bfloat16`) that the network was trained with. */
function plainDtype(name: Json | undefined): string {
  return typeof name === 'string' && !name.includes('float') ? name : 'float32';
}

/** A value of a layer's configuration: what Keras 3 wraps is unwrapped. */
function configValue(fileName: string, key: string, value: Json): Json {
  const object = asObject(value);
  if (key === 'dtype') return plainDtype(object ? asObject(object.config)?.name : value);
  if (!object) return value;
  if (object.class_name === 'function' && typeof object.config === 'string') return object.config;
  if (key === 'activation' && typeof object.class_name === 'string') return object.class_name.toLowerCase();
  if (key === 'layer') return layer(fileName, object);
  if ('class_name' in object) return { class_name: object.class_name ?? null, config: object.config ?? {} };
  return value;
}

function config(fileName: string, json: JsonObject): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(json)) {
    if (key === 'batch_shape') entries.push(['batch_input_shape', value]);
    else if (key === 'layers') entries.push([key, objectsIn(value).map((inner) => layer(fileName, inner))]);
    else if (key === 'input_layers' || key === 'output_layers') entries.push([key, listOfReferences(value)]);
    else if (key !== 'build_input_shape' && key !== 'optional' && key !== 'ragged') entries.push([key, configValue(fileName, key, value)]);
  }
  return Object.fromEntries(entries);
}

function layer(fileName: string, json: JsonObject): JsonObject {
  const own = config(fileName, asObject(json.config) ?? {});
  const name = json.name ?? own.name ?? null;
  return {
    class_name: json.class_name ?? null,
    name,
    config: { ...own, name },
    ...('inbound_nodes' in json && {
      inbound_nodes: inboundNodes(`The layer ${String(name)} in ${fileName}`, asArray(json.inbound_nodes)),
    }),
  };
}

/**
 * @param text `model_config` of an `.h5`, or `config.json` of a `.keras` file
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file
 */
export function kerasTopology(fileName: string, text: string): ModelTopology {
  const json = asObject(parseJson(fileName, text));
  const kind = json?.class_name;
  // Keras of old writes a Sequential model's layers without a configuration around them.
  const own = Array.isArray(json?.config) ? { name: 'sequential', layers: json.config } : asObject(json?.config);
  if (typeof kind !== 'string' || !own)
    throw new AppError('model-file-broken', `The file ${fileName} holds no Keras model; please save the whole model again.`);
  if (!['Functional', 'Model', 'Sequential'].includes(kind)) {
    throw new AppError('model-unsupported', `The model in ${fileName} is a ${kind}; please give a Functional or Sequential Keras model.`);
  }
  return { class_name: kind, config: config(fileName, own) };
}
