/**
 * Builds a network's layers with the very weights that are in the file, and with no others.
 *
 * tf.js makes room for a weight of the shape that follows from the network, draws it at random, and only then compares it with what it is
 * given: a network may claim gigabytes, and drawing a DenseNet-169 takes longer than its download. So in place of its initialisers every
 * layer gets one that gives the weight of the file, and refuses another shape.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject, objectsIn } from '../../formats/json.ts';
import { weightNames } from '../../formats/keras/weight-names.ts';
import { type Json, type ModelArtifacts, type ModelTopology, sizeOfShape } from '../../formats/network/artifacts.ts';
import '../layers/register-layers.ts';

/** Initialisers are made by tf.js, from JSON: they find the weights of the model that is being built by its number. */
const beingBuilt = new Map<number, tf.NamedTensorMap>();
let builds = 0;

class WeightInFile extends tf.serialization.Serializable {
  static readonly className = 'WeightInFile';
  readonly #config: tf.serialization.ConfigDict;

  constructor(config: tf.serialization.ConfigDict) {
    super();
    this.#config = config;
  }

  /** @throws AppError `model-file-broken` naming the weight */
  apply(shape: number[]): tf.Tensor {
    const { build, name, candidates } = this.#config as { build: number; name: string; candidates: { name: string }[] };
    const weights = beingBuilt.get(build) ?? {};
    const found = candidates.flatMap((candidate) => weights[candidate.name] ?? []);
    const fitting = found.find((weight) => weight.shape.join() === shape.join());
    if (fitting) return fitting.clone();
    const known = found.map((weight) => `[${weight.shape.join(', ')}]`).join(' or ');
    const fault = known ? `has the shape ${known} where the network needs [${shape.join(', ')}]` : 'is missing';
    throw new AppError('model-file-broken', `The weight ${name} ${fault}; please save the model again.`);
  }

  getConfig(): tf.serialization.ConfigDict {
    return this.#config;
  }
}
tf.serialization.registerClass(WeightInFile);

/** Keras leaves `kernel` out where there are several. */
function initializerOf(weight: string): string {
  return `${weight.replace(/wise_kernel$/, 'wise')}_initializer`;
}

/** The weights that are drawn by this one's initialiser. tf.js takes a separable convolution's first for its second as well. */
function drawnLike(kind: Json | undefined, weight: string): string[] {
  return kind === 'SeparableConv2D' && weight === 'depthwise_kernel' ? [weight, 'pointwise_kernel'] : [weight];
}

function withOwnWeights(layer: JsonObject, build: number): JsonObject {
  const config = asObject(layer.config) ?? {};
  if (Array.isArray(config.layers)) return { ...layer, config: { ...config, layers: layersWithOwnWeights(config, build) } };
  const initializers = weightNames(layer).map((weight): [string, Json] => {
    // Of all texts, tf.js leaves those alone that are called `name`.
    const candidates = drawnLike(layer.class_name, weight).map((own) => ({ name: `${config.name}/${own}` }));
    const own = { build, name: `${config.name}/${weight}`, candidates };
    return [initializerOf(weight), { class_name: WeightInFile.className, config: own }];
  });
  return { ...layer, config: { ...config, ...Object.fromEntries(initializers) } };
}

function layersWithOwnWeights(config: JsonObject, build: number): JsonObject[] {
  return objectsIn(config.layers).map((layer) => withOwnWeights(layer, build));
}

function weightTensors({ weights, data }: ModelArtifacts): tf.NamedTensorMap {
  const tensors: tf.NamedTensorMap = {};
  let offset = 0;
  for (const { name, shape } of weights) {
    const values = new Float32Array(data, offset, sizeOfShape(shape));
    tensors[name] = tf.tensor(values, [...shape]);
    offset += values.byteLength;
  }
  return tensors;
}

/** Whatever does not fit the file is thrown, and nothing is left behind then. */
export async function buildLayersModel(artifacts: ModelArtifacts): Promise<tfl.LayersModel> {
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.keys(registeredVariables));
  const build = builds++;
  const weights = weightTensors(artifacts);
  beingBuilt.set(build, weights);
  try {
    const { topology } = artifacts;
    const modelTopology: ModelTopology = { ...topology, config: { ...topology.config, layers: layersWithOwnWeights(topology.config, build) } };
    const model = await tfl.loadLayersModel(tf.io.fromMemory({ modelTopology }));
    // Those that share an initialiser get their own, and what the network has no place for is said: the tensors themselves are there.
    model.loadWeights(weights, true);
    return model;
  } catch (error) {
    for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose();
    throw error;
  } finally {
    beingBuilt.delete(build);
    tf.dispose(weights);
  }
}
