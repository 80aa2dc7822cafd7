/** What a network takes: one image, of a size that it names or leaves open, and of so many channels. */
import { AppError } from '../../core/app-error.ts';
import type { Size } from '../../core/images/geometry.ts';
import { CHANNEL_COUNTS, type ChannelCount } from '../../core/images/preprocessing.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import type { Json, ModelTopology } from './artifacts.ts';

/** More than any image classifier takes on a side, in pixels. */
const MAX_INPUT_SIDE = 4096;

type Shape = readonly Json[];

function nameOf(layer: JsonObject): Json | undefined {
  return asObject(layer.config)?.name ?? layer.name;
}

/** The layers that say what goes in, as indices. */
function inputLayers({ class_name: kind, config }: ModelTopology, layers: readonly JsonObject[]): number[] {
  const { input_layers: inputs } = config;
  if (kind === 'Sequential' || !Array.isArray(inputs)) return [0];
  const references = typeof inputs[0] === 'string' ? [inputs] : inputs.map(asArray);
  return references.map(([name]) => layers.findIndex((layer) => nameOf(layer) === name));
}

/** `[null, rows, columns, channels]` of a layer that says what goes in; a Sequential model may begin with a model. */
function shapeOf(layer: JsonObject | undefined): Shape {
  const own = asObject(layer?.config) ?? {};
  if (Array.isArray(own.batch_input_shape)) return own.batch_input_shape;
  return Array.isArray(own.layers) ? (inputShapes({ class_name: String(layer?.class_name), config: own })[0] ?? []) : [];
}

function inputShapes(topology: ModelTopology): Shape[] {
  const layers = objectsIn(topology.config.layers);
  return inputLayers(topology, layers).map((index) => shapeOf(layers[index]));
}

/** What a layer, or a model, was built for, where that was noted: the only place where some files say what goes in. */
function builtFor(layer: JsonObject): Json | undefined {
  const own = asObject(layer.config) ?? {};
  if (Array.isArray(own.build_input_shape)) return own.build_input_shape;
  const [first] = objectsIn(own.layers);
  return first && builtFor(first);
}

/** A model's configuration that says what goes in where layers expect it, if it says so anywhere. */
export function withKnownInput(kind: string, config: JsonObject): JsonObject {
  const topology = { class_name: kind, config };
  const layers = objectsIn(config.layers);
  const [index = -1, ...others] = inputLayers(topology, layers);
  const first = layers[index];
  const shape = builtFor({ config }) ?? (first && builtFor(first));
  if (!first || others.length > 0 || shapeOf(first).length > 0 || !Array.isArray(shape)) return config;
  const input = { batch_input_shape: [null, ...shape.slice(1)] };
  const name = nameOf(first) ?? null;
  if (first.class_name === 'InputLayer') {
    const named = { ...first, config: { ...asObject(first.config), ...input } };
    return { ...config, layers: layers.map((layer, i) => (i === index ? named : layer)) };
  }
  if (kind !== 'Sequential') return config;
  return { ...config, layers: [{ class_name: 'InputLayer', config: { name: `${name}_input`, ...input } }, ...layers] };
}

/** The size that the network names; null for one that takes any. */
export function namedInputSize(topology: ModelTopology): Size | null {
  const [, height, width] = inputShapes(topology)[0] ?? [];
  return typeof height === 'number' && typeof width === 'number' ? { width, height } : null;
}

/** How many channels it takes; three where the file does not say so, which `checkInput` refuses. */
export function inputChannels(topology: ModelTopology): ChannelCount {
  const [, , , channels] = inputShapes(topology)[0] ?? [];
  return CHANNEL_COUNTS.find((count) => count === channels) ?? 3;
}

/** The same network, for images of this size. */
export function withInputSize(topology: ModelTopology, size: Size): ModelTopology {
  const layers = objectsIn(topology.config.layers);
  const inputs = inputLayers(topology, layers);
  const changed = layers.map((layer, i) => {
    const config = asObject(layer.config) ?? {};
    if (!inputs.includes(i)) return layer;
    if (Array.isArray(config.batch_input_shape))
      return { ...layer, config: { ...config, batch_input_shape: [null, size.height, size.width, config.batch_input_shape[3] ?? null] } };
    if (!Array.isArray(config.layers)) return layer;
    return { ...layer, config: withInputSize({ class_name: String(layer.class_name), config }, size).config };
  });
  return { ...topology, config: { ...topology.config, layers: changed } };
}

/** @throws AppError `model-unsupported` for a network that does not take one image, grey, in colour, or with transparency */
export function checkInput(fileName: string, topology: ModelTopology): void {
  const unsupported = (what: string) => new AppError('model-unsupported', `The model in ${fileName} ${what}.`);
  const [shape = [], ...others] = inputShapes(topology);
  if (others.length > 0) throw unsupported(`has ${others.length + 1} inputs; please give one that takes a single image`);
  if (shape.length === 0)
    throw unsupported('does not say what it takes; please begin the network with an Input of a shape, and save it then');
  if (shape.length !== 4) throw unsupported('takes no images, but sequences or tables; please give an image classifier');
  const [, rows, columns, channels] = shape;
  if (!CHANNEL_COUNTS.some((count) => count === channels))
    throw unsupported(
      `takes images of ${channels === null || channels === undefined ? 'an unknown number of' : String(channels)} channels; please give one that takes grey (1), RGB (3) or RGBA images (4)`,
    );
  const isPossible = (side: Json | undefined) =>
    side === null || (typeof side === 'number' && Number.isInteger(side) && side >= 1 && side <= MAX_INPUT_SIDE);
  if (!isPossible(rows) || !isPossible(columns)) {
    throw unsupported(
      `takes images of ${String(columns)} × ${String(rows)} pixels, which cannot be run here; please give one of up to ${MAX_INPUT_SIDE}`,
    );
  }
}
