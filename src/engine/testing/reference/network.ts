/**
 * A Keras network computed in float64 from the definitions of its layers, without tf.js: what the engine's numbers are held against.
 *
 * Nothing here is fast, and nothing is shared with the engine but the form of the network's description.
 */

import { asArray, asObject, type JsonObject, objectsIn } from '../../../formats/json.ts';
import { countsItself } from '../../../formats/keras/keras-config.ts';
import { type Json, type ModelTopology, sizeOfShape, type WeightValues } from '../../../formats/network/artifacts.ts';
import { ACTIVATION_LAYERS } from './activations.ts';
import { CONVOLUTION_LAYERS } from './convolutions.ts';
import { LAYOUT_LAYERS } from './layouts.ts';
import { MERGE_LAYERS } from './merges.ts';
import { NORMALIZATION_LAYERS } from './normalizations.ts';
import { POOLING_LAYERS } from './pooling.ts';
import { only, type ReferenceLayer, type Weights } from './settings.ts';
import type { Values } from './values.ts';

const IDENTITY: ReferenceLayer = { run: (_settings, inputs) => only(inputs) };

/** By Keras' class. */
export const REFERENCE_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  ...ACTIVATION_LAYERS,
  ...CONVOLUTION_LAYERS,
  ...LAYOUT_LAYERS,
  ...MERGE_LAYERS,
  ...NORMALIZATION_LAYERS,
  ...POOLING_LAYERS,
  Dropout: IDENTITY,
  GaussianNoise: IDENTITY,
  SpatialDropout2D: IDENTITY,
};

/** Is told of every layer's result, and says what takes its place. The name of a layer in a model inside the model is `outer/inner`. */
export type Observer = (name: string, values: Values) => Values;

/** The weights by layer. Layers of nested models stand beside the others. */
export type WeightsByLayer = ReadonlyMap<string, Weights>;

export function weightsByLayer(weights: Iterable<WeightValues>): WeightsByLayer {
  const byLayer = new Map<string, Map<string, Values>>();
  for (const { name, shape, values } of weights) {
    const slash = name.lastIndexOf('/');
    const own = byLayer.get(name.slice(0, slash)) ?? new Map<string, Values>();
    byLayer.set(name.slice(0, slash), own.set(name.slice(slash + 1), { shape, data: Float64Array.from(values) }));
  }
  return byLayer;
}

function nameOf(layer: JsonObject): string {
  return String(asObject(layer.config)?.name ?? layer.name);
}

class ReferenceNetwork {
  readonly #weights: (layer: JsonObject, input: Values) => Weights;
  readonly #observe: Observer;

  constructor(weights: (layer: JsonObject, input: Values) => Weights, observe: Observer) {
    this.#weights = weights;
    this.#observe = observe;
  }

  model({ class_name: kind, config }: ModelTopology, input: Values, prefix: string): Values {
    const layers = objectsIn(config.layers);
    if (kind === 'Sequential') {
      const computing = layers.filter(({ class_name: own }) => own !== 'InputLayer');
      return computing.reduce((x, layer) => this.#layer(layer, [x], prefix), input);
    }
    const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
    const known = new Map<string, Values>();
    const resolve = (reference: Json | undefined): Values => {
      const [name, call] = asArray(reference);
      const key = `${String(call)} ${String(name)}`;
      const layer = byName.get(String(name));
      if (!layer) throw new Error(`there is no layer ${String(name)}`);
      if (layer.class_name === 'InputLayer') return input;
      const found = known.get(key);
      if (found) return found;
      // A model that knows what goes in counts itself as its first call.
      const before = Array.isArray(asObject(layer.config)?.layers) && countsItself(layer) ? 1 : 0;
      const takes = asArray(asArray(layer.inbound_nodes)[Number(call) - before]);
      const made = this.#layer(layer, takes.map(resolve), prefix);
      known.set(key, made);
      return made;
    };
    const [first] = asArray(config.output_layers);
    return resolve(Array.isArray(first) ? first : config.output_layers);
  }

  #layer(layer: JsonObject, inputs: readonly Values[], prefix: string): Values {
    const config = asObject(layer.config) ?? {};
    const kind = String(layer.class_name);
    const name = prefix + nameOf(layer);
    if (Array.isArray(config.layers)) return this.model({ class_name: kind, config }, only(inputs), `${name}/`);
    const reference = REFERENCE_LAYERS[kind];
    if (!reference) throw new Error(`the reference knows no layer of the kind ${kind}`);
    return this.#observe(name, reference.run(config, inputs, this.#weights(layer, only(inputs))));
  }
}

/**
 * What the network gives for one image, `[rows, columns, channels]`.
 *
 * @param topology as in the file, in the dialect of Keras 2; what is only rewritten to run on tf.js is not known here
 */
export function runReference(
  topology: ModelTopology,
  weights: WeightsByLayer,
  input: Values,
  observe: Observer = (_name, values) => values,
): Values {
  return new ReferenceNetwork((layer) => weights.get(nameOf(layer)) ?? new Map(), observe).model(topology, input, '');
}

/**
 * Weights for every layer of a network, of the shapes that follow from it, in the order in which layers first run.
 *
 * @param draw the values of one weight
 */
export function drawWeights(topology: ModelTopology, input: Values, draw: (name: string, size: number) => Float32Array): WeightValues[] {
  const drawn: WeightValues[] = [];
  const known = new Map<string, Weights>();
  const weights = (layer: JsonObject, x: Values): Weights => {
    const name = nameOf(layer);
    const found = known.get(name);
    if (found) return found;
    const shapes = REFERENCE_LAYERS[String(layer.class_name)]?.weights?.(asObject(layer.config) ?? {}, x.shape) ?? {};
    const own = Object.entries(shapes).map(([weight, shape]): WeightValues => {
      return { name: `${name}/${weight}`, shape, values: draw(weight, sizeOfShape(shape)) };
    });
    drawn.push(...own);
    const made = weightsByLayer(own).get(name) ?? new Map<string, Values>();
    known.set(name, made);
    return made;
  };
  new ReferenceNetwork(weights, (_name, values) => values).model(topology, input, '');
  return drawn;
}
