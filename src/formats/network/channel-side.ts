/** Grey images that are given without a side for their channel, which a `Reshape` adds: `[null, rows, columns]`. */
import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import type { Json } from './artifacts.ts';
import { withKnownInput } from './input-shape.ts';

/** What acts on each value by itself, whatever sides there are. */
const VALUE_BY_VALUE: ReadonlySet<Json | undefined> = new Set(['Dropout', 'GaussianNoise', 'Rescaling']);

function settingsOf(layer: JsonObject): JsonObject {
  return asObject(layer.config) ?? {};
}

function isAdding({ class_name: kind, config }: JsonObject, [, rows, columns]: readonly Json[]): boolean {
  const [high, wide, channels, ...others] = asArray(asObject(config)?.target_shape);
  if (kind !== 'Reshape' || others.length > 0 || channels !== 1) return false;
  return (high === rows || high === -1) && (wide === columns || wide === -1);
}

function isValueByValue(layer: JsonObject): boolean {
  return VALUE_BY_VALUE.has(layer.class_name) && typeof (settingsOf(layer).scale ?? 1) === 'number';
}

/** The layers that take what a layer gives. */
function takersOf(layer: JsonObject, layers: readonly JsonObject[], isSequential: boolean): JsonObject[] {
  if (isSequential) return layers.slice(layers.indexOf(layer) + 1, layers.indexOf(layer) + 2);
  const name = settingsOf(layer).name ?? layer.name;
  const takes = (references: Json | undefined): boolean =>
    asArray(references).some((one) => (Array.isArray(one) ? one[0] === name || takes(one) : false));
  return layers.filter((other) => takes(other.inbound_nodes));
}

/** The configuration of a model for images that have that side already; as it was where it takes something else. */
function withChannelSide(kind: string, config: JsonObject): JsonObject {
  const layers = objectsIn(config.layers);
  const inputs = layers.filter((layer) => Array.isArray(settingsOf(layer).batch_input_shape));
  const first = inputs.find((layer) => layer.class_name === 'InputLayer') ?? inputs[0];
  const shape = first ? asArray(settingsOf(first).batch_input_shape) : [];
  if (!first || shape.length !== 3 || !shape.slice(1).every((side) => typeof side === 'number')) return config;
  let layer = first;
  // No more steps than there are layers, as files may say that two of them take each other.
  for (let left = layers.length; !isAdding(layer, shape); left--) {
    const isPassedOn = layer === first ? layer.class_name === 'InputLayer' : isValueByValue(layer);
    const [next, ...others] = isPassedOn && left > 0 ? takersOf(layer, layers, kind === 'Sequential') : [];
    if (!next || others.length > 0) return config;
    layer = next;
  }
  const changed = { ...first, config: { ...settingsOf(first), batch_input_shape: [...shape, 1] } };
  return { ...config, layers: layers.map((one) => (one === first ? changed : one)) };
}

/** A model's configuration that says as the shape of an image what goes in, wherever and however the file says that. */
export function withImageInput(kind: string, config: JsonObject): JsonObject {
  return withChannelSide(kind, withKnownInput(kind, config));
}
