/**
 * Layers of models inside a model, under names that are theirs alone.
 *
 * Keras lets a layer be called the same inside and outside of a nested model; tf.js keeps all weights in one list. So the layers of a nested
 * model are called by their path (`base/conv1`). A nested Sequential model that does not say what goes in, which tf.js cannot build, gives
 * its layers to the model around it, under the same paths.
 */

import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { countsItself } from './keras-config.ts';

/** The layers of a model used as a layer; null for any other. */
export function layersInside(layer: JsonObject | undefined): JsonObject[] | null {
  const { layers } = asObject(layer?.config) ?? {};
  return Array.isArray(layers) ? objectsIn(layers) : null;
}

export function nameOfLayer(layer: JsonObject): string {
  return String(asObject(layer.config)?.name ?? layer.name);
}

/** @param models where the layer is: empty, or the path of the model around it and a slash. What was converted here before has paths already. */
export function pathOf(models: string, layer: JsonObject): string {
  const name = nameOfLayer(layer);
  return name.startsWith(models) ? name : models + name;
}

/** Where a reference to a layer's result leads instead. */
type Redirection = (layer: string, call: number) => readonly [string, number];

/** References as deep as they lie in lists. */
function redirected(json: Json, redirect: Redirection): Json {
  if (!Array.isArray(json)) return json;
  const [layer, call, ...rest] = json;
  if (typeof layer !== 'string') return json.map((inner) => redirected(inner, redirect));
  return typeof call === 'number' ? [...redirect(layer, call), ...rest] : json;
}

function callsOf(layer: JsonObject): readonly Json[] {
  return asArray(layer.inbound_nodes);
}

/** All numbers of a layer's calls that somebody refers to. */
function callNumbers(json: Json | undefined, name: string): number[] {
  if (!Array.isArray(json)) return [];
  if (json[0] === name) return [Number(json[1])];
  return json.flatMap((inner) => callNumbers(inner, name));
}

/**
 * The layers of a model without an input of its own, one after the other, called as often as it was.
 *
 * @param path of the model
 */
function unpacked(model: JsonObject, path: string): JsonObject[] {
  let calls = model.inbound_nodes;
  return (layersInside(model) ?? []).map((layer) => {
    const name = pathOf(`${path}/`, layer);
    const called = { ...layer, name, config: { ...asObject(layer.config), name }, ...(calls !== undefined && { inbound_nodes: calls }) };
    const before = countsItself(layer) ? 1 : 0;
    calls = calls === undefined ? undefined : asArray(calls).map((_, call): Json => [[name, before + call, 0, {}]]);
    return called;
  });
}

function isWithoutInput(layer: JsonObject): boolean {
  return layer.class_name === 'Sequential' && (layersInside(layer)?.length ?? 0) > 0 && !countsItself(layer);
}

/** A model's configuration without nested models that do not say what goes in. */
function withoutUnknownInputs(config: JsonObject): JsonObject {
  const layers = objectsIn(config.layers);
  const models = layers.filter(isWithoutInput);
  if (models.length === 0) return config;
  const ends = new Map<string, { readonly name: string; readonly shift: number }>();
  for (const model of models) {
    const name = nameOfLayer(model);
    const last = unpacked(model, name).at(-1) ?? model;
    const numbers = callNumbers([config.output_layers ?? null, ...layers.map(callsOf)], name);
    // Some versions of Keras count the calls of such a model from one, some from zero.
    const first = Math.max(0, ...numbers) >= Math.max(1, callsOf(model).length) ? 1 : 0;
    ends.set(name, { name: nameOfLayer(last), shift: (countsItself(last) ? 1 : 0) - first });
  }
  const redirect: Redirection = (layer, call) => {
    const end = ends.get(layer);
    return end ? [end.name, call + end.shift] : [layer, call];
  };
  const changed = layers
    .flatMap((layer) => (isWithoutInput(layer) ? unpacked(layer, nameOfLayer(layer)) : [layer]))
    .map((layer) => ('inbound_nodes' in layer ? { ...layer, inbound_nodes: redirected(layer.inbound_nodes ?? null, redirect) } : layer));
  const outputs = 'output_layers' in config && { output_layers: redirected(config.output_layers ?? null, redirect) };
  // Its own last layer may be such a model in turn.
  return withoutUnknownInputs({ ...config, layers: changed, ...outputs });
}

/** The layer under its path. Names that are no text are left for those that refuse them. */
function withPath(layer: JsonObject, models: string): JsonObject {
  const config = asObject(layer.config) ?? {};
  const inner = layersInside(layer) ? withPaths(config, `${pathOf(models, layer)}/`) : config;
  const renamed = (json: JsonObject): JsonObject =>
    models !== '' && typeof json.name === 'string' ? { ...json, name: pathOf(models, layer) } : json;
  return { ...renamed(layer), config: renamed(inner) };
}

/** A model's configuration with every layer of nested models under its path. */
export function withPaths(json: JsonObject, models = ''): JsonObject {
  const config = withoutUnknownInputs(json);
  const layers = objectsIn(config.layers);
  const paths = new Map(layers.map((layer) => [nameOfLayer(layer), pathOf(models, layer)]));
  const redirect: Redirection = (layer, call) => [paths.get(layer) ?? layer, call];
  const withReferences = (object: JsonObject, ...keys: readonly string[]): JsonObject => {
    const found = keys.filter((key) => models !== '' && key in object);
    return { ...object, ...Object.fromEntries(found.map((key) => [key, redirected(object[key] ?? null, redirect)])) };
  };
  const renamed = layers.map((layer) => withReferences(withPath(layer, models), 'inbound_nodes'));
  return withReferences({ ...config, layers: renamed }, 'input_layers', 'output_layers');
}
