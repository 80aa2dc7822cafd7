/**
 * Keras' own model configurations, of Keras 2 and 3, in the dialect of Keras 2 that tf.js reads.
 *
 * Keras 3 renamed `batch_input_shape` to `batch_shape`, wraps dtypes, activations and initialisers in objects with their module, and
 * describes calls as `{args, kwargs}` full of serialised tensors instead of `[[[layer, node, tensor, {}]]]`.
 */
import { AppError } from '../../core/app-error.ts';
import { withArticle } from '../../core/with-article.ts';
import { asArray, asObject, isObject, type JsonObject, objectsIn, parseJson, withPlainNumbers } from '../json.ts';
import type { Json, ModelTopology } from '../network/artifacts.ts';
import { operationAsLayer } from '../operations/keras-operations.ts';
import { checkCalls, randomLayers } from './call-settings.ts';

/** A reference to another layer's tensor: layer, call, output. */
type TensorReference = readonly [string, number, number, JsonObject];

function referencesIn(json: Json | undefined): TensorReference[] {
  if (Array.isArray(json)) return json.flatMap(referencesIn);
  const object = asObject(json);
  if (object?.class_name !== '__keras_tensor__') return [];
  const [layer, node, tensor] = asArray(asObject(object.config)?.keras_history);
  return [[String(layer), Number(node), Number(tensor), {}]];
}

/** Whether a call is given anything else than tensors, such as the number of `x * 2`. */
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
function listOfReferences(json: Json): Json[] {
  // Outputs may be a dictionary, or a list of lists, as the model's author returned them.
  const object = asObject(json);
  if (object) return Object.values(object).flatMap(listOfReferences);
  const list = asArray(json);
  return typeof list[0] === 'string' ? [list] : list.flatMap(listOfReferences);
}

/** tf.js computes in float32 whatever the policy (`mixed_float16`, `bfloat16`) that the network was trained with. */
function plainDtype(name: Json | undefined): string {
  return typeof name === 'string' && !name.includes('float') ? name : 'float32';
}

/** Where a configuration comes from. */
interface Source {
  readonly fileName: string;
  readonly isKeras3: boolean;
}

/** Whose classes are what their names say. A function of no module is one of TensorFlow's, such as `tf.nn.relu`. */
const OF_KERAS = /^(keras|keras_core|tf_keras|tensorflow)(\.|$)/;

/** The name of a class or, where it is somebody's own, with where it is from: called as Keras', it may compute anything. */
function ownName(name: Json, { module, registered_name: registered }: JsonObject): Json {
  const from = typeof module === 'string' ? module : '';
  if (typeof name !== 'string' || OF_KERAS.test(from)) return name;
  if (typeof registered === 'string' && registered.includes('>')) return registered;
  return from === '' || from === 'builtins' ? name : `${from}>${name}`;
}

/** A value of a layer's configuration: what Keras 3 wraps is unwrapped. */
function configValue(source: Source, key: string, value: Json): Json {
  const object = asObject(value);
  if (key === 'dtype') return plainDtype(object ? asObject(object.config)?.name : value);
  if (!object) return value;
  if (object.class_name === 'function' && typeof object.config === 'string') return ownName(object.config, object);
  if (key === 'layer') return layer(source, object);
  if ('class_name' in object) return { class_name: ownName(object.class_name ?? null, object), config: object.config ?? {} };
  return value;
}

/** Whether a model used as a layer knows what goes in: then tf.js, like Keras 2, counts that as its first call. */
export function countsItself(layer: JsonObject): boolean {
  const own = asObject(layer.config) ?? {};
  const [first] = objectsIn(own.layers);
  if (!first) return false;
  return layer.class_name !== 'Sequential' || asObject(first.config)?.batch_input_shape !== undefined || countsItself(first);
}

/** Keras 3 counts the calls of a model used as a layer from zero, Keras 2 and tf.js from one. */
function withCallsFromOne(references: Json, models: ReadonlySet<Json | undefined>): Json {
  if (!Array.isArray(references)) return references;
  const [name, call, ...rest] = references;
  if (typeof name !== 'string') return references.map((inner) => withCallsFromOne(inner, models));
  return models.has(name) ? [name, Number(call) + 1, ...rest] : references;
}

/** A model's configuration, translated. @param isKeras3 calls are counted as Keras 3 does */
function withCountedCalls(translated: JsonObject, isKeras3: boolean): JsonObject {
  const layers = objectsIn(translated.layers);
  const models = new Set(layers.filter(countsItself).map(({ name }) => name));
  if (!isKeras3 || models.size === 0) return translated;
  const counted = (references: Json | undefined) => withCallsFromOne(references ?? null, models);
  return {
    ...translated,
    layers: layers.map((inner) => ('inbound_nodes' in inner ? { ...inner, inbound_nodes: counted(inner.inbound_nodes) } : inner)),
    ...('output_layers' in translated && { output_layers: counted(translated.output_layers) }),
  };
}

function isCalledByKeras3(layer: JsonObject): boolean {
  return asArray(layer.inbound_nodes).some((call) => isObject(call) && 'args' in call);
}

function config(source: Source, json: JsonObject): JsonObject {
  return withCountedCalls(translated(source, json), objectsIn(json.layers).some(isCalledByKeras3));
}

function translated(source: Source, json: JsonObject): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(json)) {
    if (key === 'batch_shape') entries.push(['batch_input_shape', value]);
    else if (key === 'layers') entries.push([key, layersIn(source, value)]);
    else if (key === 'input_layers' || key === 'output_layers') entries.push([key, listOfReferences(value)]);
    else if (key !== 'optional' && key !== 'ragged') entries.push([key, configValue(source, key, value)]);
  }
  return Object.fromEntries(entries);
}

/** Keras 3 computes it otherwise than Keras 2 and tf.js do, under the same name. */
export const HARD_SIGMOID_OF_KERAS_3 = 'hardSigmoidOfKeras3';

/** What Keras 3 notes of a layer's input beside its configuration, as Keras 2 has it inside. */
function builtFor({ build_config: built }: JsonObject): JsonObject {
  const { input_shape: shape } = asObject(built) ?? {};
  return Array.isArray(shape) ? { build_input_shape: shape } : {};
}

function layersIn(source: Source, json: Json): JsonObject[] {
  const layers = objectsIn(json);
  return layers.map((inner) => operationAsLayer(source.fileName, inner, layers) ?? layer(source, inner));
}

function layer(source: Source, json: JsonObject): JsonObject {
  const own = { ...builtFor(json), ...config(source, asObject(json.config) ?? {}) };
  const name = json.name ?? own.name ?? null;
  checkCalls(source.fileName, json);
  const isNewHardSigmoid = source.isKeras3 && own.activation === 'hard_sigmoid';
  return {
    class_name: ownName(json.class_name ?? null, json),
    name,
    config: { ...own, name, ...(isNewHardSigmoid && { activation: HARD_SIGMOID_OF_KERAS_3 }) },
    ...('inbound_nodes' in json && {
      inbound_nodes: inboundNodes(`The layer ${String(name)} in ${source.fileName}`, asArray(json.inbound_nodes)),
    }),
  };
}

/** By its version, or else by what only newer ones write. */
function isKeras3(json: JsonObject | null, version: string | null): boolean {
  return version === null ? json !== null && 'module' in json : Number.parseInt(version, 10) >= 3;
}

/** By its version, or else by what no newer one writes. */
function isKeras1({ layers }: JsonObject, version: string | null): boolean {
  return version === null ? objectsIn(layers).some(({ config }) => 'nb_filter' in (asObject(config) ?? {})) : /^[01]\./.test(version);
}

/**
 * @param inFile a model's `class_name` and `config`
 * @param version of the Keras that wrote it, where the file says it
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file
 */
export function topologyInJson(fileName: string, inFile: JsonObject | null, version: string | null): ModelTopology {
  const json = asObject(withPlainNumbers(inFile));
  const kind = json?.class_name;
  // Keras of old writes a Sequential model's layers without a configuration around them.
  const own = Array.isArray(json?.config) ? { name: 'sequential', layers: json.config } : asObject(json?.config);
  if (!json || typeof kind !== 'string' || !own)
    throw new AppError('model-file-broken', `The file ${fileName} holds no Keras model; please save the whole model again.`);
  if (!['Functional', 'Model', 'Sequential'].includes(kind)) {
    throw new AppError(
      'model-unsupported',
      `The model in ${fileName} is ${withArticle(kind)}; please give a Functional or Sequential Keras model.`,
    );
  }
  if (isKeras1(own, version))
    throw new AppError(
      'model-unsupported',
      `The model in ${fileName} is of Keras 1, which wrote networks down otherwise; please load it with Keras 2 (2.0 to 2.3), and save it from there.`,
    );
  // Keras 3 has it beside the network; what was converted here keeps it with the topology.
  const loss = asObject(json?.compile_config)?.loss ?? json?.loss;
  const read = { ...builtFor(json), ...config({ fileName, isKeras3: isKeras3(json, version) }, own) };
  const random = randomLayers(objectsIn(own.layers));
  return { class_name: kind, config: read, ...(loss !== undefined && { loss }), ...(random.length > 0 && { random }) };
}

/** @param text `model_config` of an `.h5`, or `config.json` of a `.keras` file; else as `topologyInJson` */
export function kerasTopology(fileName: string, text: string, version: string | null): ModelTopology {
  return topologyInJson(fileName, asObject(parseJson(fileName, text, `The description of the network in ${fileName}`)), version);
}
