/** tf.js layers-models: `model.json` with the topology of a Keras network, and its weights. */
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject, parseJson } from '../json.ts';
import { topologyInJson } from '../keras/keras-config.ts';
import { type ModelArtifacts, type ModelTopology, sizeOfShape } from '../network/artifacts.ts';
import { namesInNetwork, withSnakeCase } from './layers-model-dialects.ts';
import { OWN_FORMAT, otherNamesIn, ownTopology } from './own-network.ts';
import { decodeInto, type ManifestWeight, storedWeights } from './weights-manifest.ts';

/** Counters and the states of random numbers: a network that only runs has no use for them. */
const ONLY_FOR_TRAINING = /(^|\/)(seed_generator_state|count|iterations?)$/;

const OF_WEIGHTS: ReadonlySet<string> = new Set(['float32', 'float16', 'uint8', 'uint16']);
const OF_COUNTERS: ReadonlySet<string> = new Set([...OF_WEIGHTS, 'int32', 'uint32', 'int64', 'bool']);

function isSkipped({ name, stored }: ManifestWeight): boolean {
  return ONLY_FOR_TRAINING.test(name) && OF_COUNTERS.has(stored);
}

/** @throws AppError `model-file-broken`, naming the file */
function topologyOf(fileName: string, json: JsonObject): ModelTopology {
  const outer = asObject(json.modelTopology) ?? {};
  const { keras_version: version } = outer;
  const topology = withSnakeCase(asObject(outer.model_config) ?? outer);
  if (typeof topology.class_name !== 'string' || typeof topology.config !== 'object' || topology.config === null)
    throw new AppError('model-file-broken', `The file ${fileName} is no tf.js model; please choose the model.json of one.`);
  const training = asObject(outer.training_config) ?? asObject(json.trainingConfig);
  const loss = training?.loss;
  return { ...topologyInJson(fileName, topology, typeof version === 'string' ? version : null), ...(loss !== undefined && { loss }) };
}

/**
 * @param fileName what to call `model.json` in errors
 * @param text its content
 * @param readShard gives a shard's bytes by its path in the manifest, or throws
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file
 */
export async function readLayersModel(
  fileName: string,
  text: string,
  readShard: (path: string) => ArrayBuffer | Promise<ArrayBuffer>,
): Promise<ModelArtifacts> {
  const json = asObject(parseJson(fileName, text)) ?? {};
  const isOwn = json.format === OWN_FORMAT;
  const topology = isOwn ? ownTopology(fileName, json) : topologyOf(fileName, json);
  const check = (weight: ManifestWeight) => {
    if (isSkipped(weight) || OF_WEIGHTS.has(weight.stored)) return;
    throw new AppError(
      'model-unsupported',
      `The weight ${weight.name} in ${fileName} is stored as ${weight.stored}; please convert the model with float32, float16, uint8 or uint16 weights.`,
    );
  };
  const weights = (await storedWeights(fileName, json, check, readShard)).filter((weight) => !isSkipped(weight));
  const data = new ArrayBuffer(weights.reduce((sum, { shape }) => sum + sizeOfShape(shape) * 4, 0));
  let written = 0;
  for (const weight of weights) {
    const count = sizeOfShape(weight.shape);
    decodeInto(new Float32Array(data, written, count), weight);
    written += count * 4;
  }
  // Names of this page's own format are the network's.
  const nameOf = isOwn ? (name: string) => name : namesInNetwork(topology);
  const otherNames = otherNamesIn(json);
  return {
    topology,
    weights: weights.map(({ name, shape }) => ({ name: nameOf(name), shape })),
    data,
    ...(otherNames && { otherNames }),
  };
}
