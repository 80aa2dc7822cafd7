/**
 * Takes the activation off the network's last layer, so that the network gives logits.
 *
 * Every score of the app starts from logits. A softmax that runs inside the network cannot be undone afterwards (the logits are known
 * only up to a constant), so it is taken out of the topology before the model is built.
 */
import { AppError } from '../core/app-error.ts';
import type { OutputActivation } from '../core/scores.ts';
import type { Json, ModelTopology } from '../formats/artifacts.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../formats/json.ts';

export interface LinearTopology {
  readonly topology: ModelTopology;
  /** What was taken off; null when the output was linear already. */
  readonly activation: OutputActivation | null;
}

/** The name of the layer that gives the model's output; Sequential models end with their last layer. */
function outputLayerName(config: JsonObject, layers: readonly JsonObject[]): Json | undefined {
  const { output_layers: outputs } = config;
  if (!Array.isArray(outputs)) return asObject(layers.at(-1)?.config)?.name;
  // `["name", 0, 0]` or `[["name", 0, 0]]`, by version.
  const first: Json | undefined = outputs[0];
  return Array.isArray(first) ? first[0] : first;
}

/** Kinds that only lay scores out otherwise, as MobileNet's `reshape_2` after its softmax does. */
const LAYOUTS = new Set(['Reshape', 'Flatten']);

function indexOfLayer(layers: readonly JsonObject[], name: Json | undefined): number {
  return layers.findLastIndex((layer) => asObject(layer.config)?.name === name);
}

/** The layer whose result the last one lays out; the last one itself where it computes something. */
function scoringLayer(layers: readonly JsonObject[], output: number): number {
  let index = output;
  // A broken file may lead in circles.
  for (let left = layers.length; left > 0 && LAYOUTS.has(String(layers[index]?.class_name)); left--) {
    const [call] = asArray(layers[index]?.inbound_nodes);
    const [tensor] = asArray(call);
    index = call === undefined ? index - 1 : indexOfLayer(layers, asArray(tensor)[0]);
  }
  return index;
}

function activationName(json: Json | undefined): string {
  if (typeof json === 'string') return json.toLowerCase();
  const object = asObject(json);
  return typeof object?.class_name === 'string' ? object.class_name.toLowerCase() : 'linear';
}

/**
 * @returns the topology with a linear output, and what its activation was
 * @throws AppError `model-unsupported` for an output activation that is neither softmax nor sigmoid.
 */
export function linearOutput(topology: ModelTopology): LinearTopology {
  const layers = objectsIn(topology.config.layers);
  const name = outputLayerName(topology.config, layers);
  const output = indexOfLayer(layers, name);
  const index = scoringLayer(layers, output);
  const last = layers[index];
  const config = asObject(last?.config);
  if (!last || !config) return { topology, activation: null };

  let replacement: JsonObject;
  let activation: OutputActivation | null;
  if (Array.isArray(config.layers)) {
    // A model as the last layer of a model.
    const inner = linearOutput({ class_name: String(last.class_name), config });
    activation = inner.activation;
    replacement = { ...last, config: inner.topology.config };
  } else {
    const kind = String(last.class_name);
    const found = kind === 'Softmax' ? 'softmax' : activationName(config.activation);
    if (found === 'linear') return { topology, activation: null };
    if (found !== 'softmax' && found !== 'sigmoid') {
      if (index !== output) return { topology, activation: null };
      throw new AppError(
        'model-unsupported',
        `The model ends in the activation ${found}; please give a classifier that ends in softmax, sigmoid or none.`,
      );
    }
    activation = found;
    replacement =
      kind === 'Softmax'
        ? { ...last, class_name: 'Activation', config: { name: config.name ?? null, activation: 'linear' } }
        : { ...last, config: { ...config, activation: 'linear' } };
  }
  const changed = layers.map((layer, i) => (i === index ? replacement : layer));
  return { topology: { ...topology, config: { ...topology.config, layers: changed } }, activation };
}
