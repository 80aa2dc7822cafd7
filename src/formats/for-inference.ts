/**
 * Makes a network ready to be built and run: layers in an order in which they can be built, every one of them a kind that can be run here,
 * and nothing that only matters in training, such as regularisers, or how weights are drawn before the file's own take their place.
 */
import { AppError } from '../core/app-error.ts';
import { type Json, type ModelArtifacts, packArtifacts, sizeOfShape, type WeightValues } from './artifacts.ts';
import { partsFor } from './inference-layers.ts';
import { checkInput } from './input-shape.ts';
import { asArray, asObject, type JsonObject, objectsIn } from './json.ts';
import { type Part, Unsupported } from './layer-rule.ts';
import { buildableConfig, MODELS } from './network-graph.ts';

function lightConfig(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !/_(initializer|regularizer|constraint)$/.test(key)));
}

/** The weights by layer, then by own name; changed as layers are replaced. */
class Weights {
  readonly #byLayer = new Map<string, Map<string, WeightValues>>();
  isChanged = false;

  /** @throws AppError `model-file-broken` naming the file, where two weights have one name */
  constructor(fileName: string, { weights, data }: ModelArtifacts) {
    let at = 0;
    for (const { name, shape } of weights) {
      const values = new Float32Array(data, at, sizeOfShape(shape));
      at += values.byteLength;
      const slash = name.lastIndexOf('/');
      const [layer, own] = [name.slice(0, slash), name.slice(slash + 1)];
      if (this.of(layer).has(own)) {
        throw new AppError(
          'model-unsupported',
          `In ${fileName} two weights are called ${name}; please give every layer a name of its own, also in models inside the model.`,
        );
      }
      this.#put(layer, own, { name, shape, values });
    }
  }

  #put(layer: string, own: string, weight: WeightValues): void {
    const known = this.#byLayer.get(layer) ?? new Map<string, WeightValues>();
    this.#byLayer.set(layer, known.set(own, weight));
  }

  of(layer: string): ReadonlyMap<string, WeightValues> {
    return this.#byLayer.get(layer) ?? new Map();
  }

  /** Gives the layer these weights in place of its own, each a vector. */
  replace(layer: string, weights: Readonly<Record<string, Float32Array>>): void {
    this.isChanged = true;
    this.#byLayer.set(layer, new Map());
    for (const [own, values] of Object.entries(weights)) this.#put(layer, own, { name: `${layer}/${own}`, shape: [values.length], values });
  }

  all(): WeightValues[] {
    return [...this.#byLayer.values()].flatMap((weights) => [...weights.values()]);
  }
}

/** The parts of a replaced layer, each called as often as the layer was. */
function chained(layer: JsonObject, name: string, parts: readonly Part[]): JsonObject[] {
  const calls = layer.inbound_nodes;
  return parts.map(({ kind, config }, i) => {
    const own = i === parts.length - 1 ? name : `${name}__${i + 1}`;
    const nodes = i === 0 ? calls : asArray(calls).map((_, call): Json => [[`${name}__${i}`, call, 0, {}]]);
    return {
      class_name: kind,
      name: own,
      config: { ...lightConfig(config), name: own },
      ...(nodes !== undefined && { inbound_nodes: nodes }),
    };
  });
}

/** @throws AppError naming the file and the layer */
class Rewriter {
  readonly #fileName: string;
  readonly #weights: Weights;

  constructor(fileName: string, weights: Weights) {
    this.#fileName = fileName;
    this.#weights = weights;
  }

  layers(layers: readonly JsonObject[]): JsonObject[] {
    return layers.flatMap((layer) => this.#layer(layer));
  }

  #layer(layer: JsonObject): JsonObject[] {
    const config = asObject(layer.config) ?? {};
    const name = String(config.name ?? layer.name);
    const { class_name: kind } = layer;
    if (typeof kind !== 'string') {
      throw new AppError(
        'model-file-broken',
        `In ${this.#fileName} the layer ${name} does not say of which kind it is; please save the model again.`,
      );
    }
    if (MODELS.has(kind)) return [{ ...layer, config: { ...config, layers: this.layers(objectsIn(config.layers)) } }];
    let parts: readonly Part[];
    try {
      parts = partsFor({ kind, config, weights: this.#weights.of(name) });
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      throw new AppError('model-unsupported', `In ${this.#fileName} the layer ${name} ${error.message}.`);
    }
    for (const part of parts) if (part.weights) this.#weights.replace(name, part.weights);
    return chained(layer, name, parts);
  }
}

/**
 * @param fileName what to call the model in errors
 * @throws AppError `model-unsupported` or `model-file-broken`, naming the file and the layer
 */
export function forInference(fileName: string, artifacts: ModelArtifacts): ModelArtifacts {
  const { class_name: kind, config } = artifacts.topology;
  if (!MODELS.has(kind)) {
    throw new AppError('model-unsupported', `The model in ${fileName} is a ${kind}; please give a Functional or Sequential Keras model.`);
  }
  checkInput(fileName, artifacts.topology);
  const weights = new Weights(fileName, artifacts);
  const layers = new Rewriter(fileName, weights).layers(objectsIn(config.layers));
  const topology = { class_name: kind, config: buildableConfig(fileName, kind, { ...config, layers }) };
  return weights.isChanged ? packArtifacts(topology, weights.all()) : { ...artifacts, topology };
}
