/**
 * Makes a network ready to be built and run: every layer one that can be run here, nothing that only matters in training, and weights that
 * fit.
 *
 * tf.js draws every weight at random before the real one replaces it, which for DenseNet-169 takes longer than the download; regularisers
 * and constraints matter only in training. So all of them go. Every initialiser becomes zeros, that of `moving_variance` too (which Keras
 * starts at one): the file's own values replace all of them, and a model whose file lacks any is refused.
 */
import { AppError } from '../core/app-error.ts';
import { type Json, type ModelArtifacts, packArtifacts, sizeOfShape, type WeightValues } from './artifacts.ts';
import { checkInput } from './input-shape.ts';
import { type Part, partsFor, Unsupported } from './inference-layers.ts';
import { asArray, asObject, type JsonObject, objectsIn } from './json.ts';

const ZEROS: Json = { class_name: 'Zeros', config: {} };

/** Initialisers that are drawn at random where the file does not name them. */
const RANDOM_BY_DEFAULT: Readonly<Record<string, readonly string[]>> = {
  Conv2D: ['kernel_initializer'],
  Conv2DTranspose: ['kernel_initializer'],
  Dense: ['kernel_initializer'],
  DepthwiseConv2D: ['depthwise_initializer'],
  SeparableConv2D: ['depthwise_initializer', 'pointwise_initializer'],
};

function lightConfig(kind: string, config: JsonObject): JsonObject {
  const unnamed = RANDOM_BY_DEFAULT[kind] ?? [];
  const entries = Object.entries(config).map(([key, value]): [string, Json] => {
    if (key.endsWith('_initializer')) return [key, ZEROS];
    if (key.endsWith('_regularizer') || key.endsWith('_constraint')) return [key, null];
    return [key, value];
  });
  return { ...Object.fromEntries(unnamed.map((key): [string, Json] => [key, ZEROS])), ...Object.fromEntries(entries) };
}

/** Models that are used as layers. */
const MODELS = new Set(['Functional', 'Model', 'Sequential']);

/** What a layer's weights must look like by its own settings, where a wrong one would have tf.js make room for it first. */
function declaredKernel(kind: string, config: JsonObject): { readonly own: string; readonly axis: number; readonly size: number } | null {
  const { filters, units } = config;
  if (kind === 'Dense' && typeof units === 'number') return { own: 'kernel', axis: 1, size: units };
  if (typeof filters !== 'number') return null;
  if (kind === 'Conv2D') return { own: 'kernel', axis: 3, size: filters };
  if (kind === 'Conv2DTranspose') return { own: 'kernel', axis: 2, size: filters };
  return kind === 'SeparableConv2D' ? { own: 'pointwise_kernel', axis: 3, size: filters } : null;
}

/** The weights by layer, then by own name; changed as layers are replaced. */
class Weights {
  readonly #byLayer = new Map<string, Map<string, WeightValues>>();
  isChanged = false;

  constructor({ weights, data }: ModelArtifacts) {
    let at = 0;
    for (const { name, shape } of weights) {
      const values = new Float32Array(data, at, sizeOfShape(shape));
      at += values.byteLength;
      const slash = name.lastIndexOf('/');
      this.#put(name.slice(0, slash), name.slice(slash + 1), { name, shape, values });
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
      config: { ...lightConfig(kind, config), name: own },
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
    const kind = String(layer.class_name);
    const config = asObject(layer.config) ?? {};
    const name = String(config.name ?? layer.name);
    if (MODELS.has(kind)) return [{ ...layer, config: { ...config, layers: this.layers(objectsIn(config.layers)) } }];
    let parts: readonly Part[];
    try {
      parts = partsFor({ kind, config, weights: this.#weights.of(name) });
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      throw new AppError('model-unsupported', `In ${this.#fileName} the layer ${name} ${error.message}.`);
    }
    this.#checkKernel(name, kind, config);
    for (const part of parts) if (part.weights) this.#weights.replace(name, part.weights);
    return chained(layer, name, parts);
  }

  #checkKernel(name: string, kind: string, config: JsonObject): void {
    const declared = declaredKernel(kind, config);
    if (!declared) return;
    const { own, axis, size } = declared;
    const found = this.#weights.of(name).get(own)?.shape;
    if (found?.[axis] === size) return;
    const fault = found ? `are for ${found[axis] ?? 'no'} channels, where the network says ${size}` : 'are missing';
    throw new AppError('model-file-broken', `In ${this.#fileName} the weights of the layer ${name} ${fault}; please save the model again.`);
  }
}

/**
 * @param fileName what to call the model in errors
 * @throws AppError `model-unsupported` or `model-file-broken`, naming the file and the layer
 */
export function forInference(fileName: string, artifacts: ModelArtifacts): ModelArtifacts {
  const { class_name, config } = artifacts.topology;
  checkInput(fileName, artifacts.topology);
  const outputs = asArray(config.output_layers);
  if (class_name !== 'Sequential' && outputs.length > 1 && outputs.every(Array.isArray)) {
    throw new AppError('model-unsupported', `The model in ${fileName} has ${outputs.length} outputs; please give one with a single output.`);
  }
  const weights = new Weights(artifacts);
  const layers = new Rewriter(fileName, weights).layers(objectsIn(config.layers));
  const topology = { class_name, config: { ...config, layers } };
  return weights.isChanged ? packArtifacts(topology, weights.all()) : { ...artifacts, topology };
}
