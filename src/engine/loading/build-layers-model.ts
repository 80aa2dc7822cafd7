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

interface Build {
  readonly weights: ReadonlyMap<string, Weight>;
  /** The names of weights that variables have from the start. */
  readonly given: Set<string>;
}

interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Initialisers are made by tf.js, from JSON: they find the weights of the model that is being built by its number. */
const beingBuilt = new Map<number, Build>();
let builds = 0;

function tensorOf({ values, shape }: Weight): tf.Tensor {
  return tf.tensor(values, [...shape]);
}

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
    const { weights, given } = beingBuilt.get(build) ?? { weights: new Map<string, Weight>(), given: new Set() };
    const found = candidates.flatMap((candidate) => weights.get(candidate.name) ?? []);
    const fitting = found.find((weight) => weight.shape.join() === shape.join());
    if (fitting) {
      if (candidates.length === 1) given.add(name);
      return tensorOf(fitting);
    }
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

function weightsIn({ weights, data }: ModelArtifacts): ReadonlyMap<string, Weight> {
  let offset = 0;
  const named = weights.map(({ name, shape }): [string, Weight] => {
    const values = new Float32Array(data, offset, sizeOfShape(shape));
    offset += values.byteLength;
    return [name, { shape, values }];
  });
  return new Map(named);
}

/** Whatever does not fit the file is thrown, and nothing is left behind then. */
export async function buildLayersModel(artifacts: ModelArtifacts): Promise<tfl.LayersModel> {
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.keys(registeredVariables));
  const build = builds++;
  const weights = weightsIn(artifacts);
  const given = new Set<string>();
  beingBuilt.set(build, { weights, given });
  try {
    const { topology } = artifacts;
    const layers = layersWithOwnWeights(topology.config, build);
    const modelTopology: ModelTopology = { ...topology, config: { ...topology.config, layers } };
    const model = await tfl.loadLayersModel(tf.io.fromMemory({ modelTopology }));
    const made = new Map(model.weights.map((variable) => [variable.originalName, variable.read()]));
    tf.tidy(() => {
      const tensors = [...weights].map(([name, weight]) => [name, (given.has(name) && made.get(name)) || tensorOf(weight)]);
      // What has its weight already is passed over; what has no place in the network, or none in the file, is said.
      model.loadWeights(Object.fromEntries(tensors), true);
    });
    return model;
  } catch (error) {
    for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose();
    throw error;
  } finally {
    beingBuilt.delete(build);
  }
}
