/**
 * tf.js layers-models: `model.json` with a topology and a manifest of weights, and binary shards that hold the weights one after the
 * other, whole or quantised.
 */
import { AppError } from '../../core/app-error.ts';
import { asArray, asObject, type JsonObject, objectsIn, parseJson } from '../json.ts';
import { topologyInJson } from '../keras/keras-config.ts';
import { type ModelArtifacts, type ModelTopology, sizeOfShape, type WeightSpec } from '../network/artifacts.ts';
import { decodeFloat16 } from '../network/float16.ts';
import { namesInNetwork, withSnakeCase } from './layers-model-dialects.ts';

/** How one weight is stored. */
interface StoredWeight extends WeightSpec {
  readonly dtype: keyof typeof BYTES;
  /** For the whole numbers: `value * scale + minimum`. */
  readonly scale: number;
  readonly minimum: number;
}

const BYTES = { float32: 4, float16: 2, uint16: 2, uint8: 1 } as const;

/** Of what only training needs, and is not read. */
const OTHER_BYTES: Readonly<Record<string, number>> = { ...BYTES, int32: 4, uint32: 4, int64: 8, bool: 1 };

/** Counters and the states of random numbers: a network that only runs has no use for them. */
const ONLY_FOR_TRAINING = /(^|\/)(seed_generator_state|count|iterations?)$/;

/** A stretch of the shards. */
type Stored = StoredWeight | { readonly name: string; readonly skippedBytes: number };

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
function topologyOf(fileName: string, json: JsonObject): ModelTopology {
  const outer = asObject(json.modelTopology) ?? {};
  const { keras_version: version } = outer;
  const topology = withSnakeCase(asObject(outer.model_config) ?? outer);
  if (typeof topology.class_name !== 'string' || typeof topology.config !== 'object' || topology.config === null) {
    const isGraph = json.format === 'graph-model' || 'node' in outer;
    throw isGraph
      ? new AppError(
          'model-unsupported',
          `The file ${fileName} is a tf.js graph-model, whose layers are lost; please convert the Keras model to a layers-model.`,
        )
      : new AppError('model-file-broken', `The file ${fileName} is no tf.js layers-model; please choose the model.json of one.`);
  }
  const training = asObject(outer.training_config) ?? asObject(json.trainingConfig);
  const loss = training?.loss;
  return { ...topologyInJson(fileName, topology, typeof version === 'string' ? version : null), ...(loss !== undefined && { loss }) };
}

function storedWeight(fileName: string, json: JsonObject): Stored {
  const { name, shape, dtype } = json;
  const sides = asArray(shape);
  const isShape = Array.isArray(shape) && sides.every((side) => typeof side === 'number' && Number.isInteger(side) && side >= 0);
  const quantisation = asObject(json.quantization);
  const stored = quantisation ? quantisation.dtype : dtype;
  if (typeof name !== 'string' || !isShape || typeof stored !== 'string') {
    throw new AppError('model-file-broken', `The file ${fileName} describes a weight without name, shape or kind; please get it again.`);
  }
  const otherBytes = OTHER_BYTES[stored];
  if (ONLY_FOR_TRAINING.test(name) && otherBytes) return { name, skippedBytes: sizeOfShape(sides.map(Number)) * otherBytes };
  if (stored !== 'float32' && stored !== 'float16' && stored !== 'uint8' && stored !== 'uint16') {
    throw new AppError(
      'model-unsupported',
      `The weight ${name} in ${fileName} is stored as ${stored}; please convert the model with float32, float16, uint8 or uint16 weights.`,
    );
  }
  const { scale, min } = quantisation ?? {};
  if (stored === 'float32' || stored === 'float16') return { name, shape: sides.map(Number), dtype: stored, scale: 1, minimum: 0 };
  if (typeof scale !== 'number' || typeof min !== 'number') {
    throw new AppError(
      'model-file-broken',
      `The weight ${name} in ${fileName} is quantised to ${stored} without a scale and a minimum; please convert the model again.`,
    );
  }
  return { name, shape: sides.map(Number), dtype: stored, scale, minimum: min };
}

/** Writes a stored weight's values into `target`. `bytes` may start anywhere, so it is copied to where typed arrays can read it. */
function decode(bytes: Uint8Array, { dtype, scale, minimum }: StoredWeight, target: Float32Array): void {
  const { buffer } = bytes.slice();
  if (dtype === 'float32') target.set(new Float32Array(buffer));
  else if (dtype === 'float16') decodeFloat16(new Uint16Array(buffer), target);
  else {
    const whole = dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
    for (let i = 0; i < target.length; i++) target[i] = (whole[i] ?? 0) * scale + minimum;
  }
}

/** Weights that lie one after the other in some shards. */
interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Stored[];
}

function bytesOf(weight: Stored): number {
  return 'skippedBytes' in weight ? weight.skippedBytes : sizeOfShape(weight.shape) * BYTES[weight.dtype];
}

/** @throws AppError `model-file-broken` where the shards are not as long as their weights */
function checkLength(fileName: string, { paths, weights }: Group, shards: readonly Uint8Array[]): void {
  const expected = weights.reduce((sum, weight) => sum + bytesOf(weight), 0);
  const found = shards.reduce((sum, shard) => sum + shard.byteLength, 0);
  if (found === expected) return;
  const which = paths.length > 1 ? `shards ${paths[0]} to ${paths.at(-1)} hold` : `shard ${paths[0]} holds`;
  throw new AppError(
    'model-file-broken',
    `The ${which} ${found} bytes where ${fileName} says ${expected}; please get the model’s files again.`,
  );
}

/** The shards that a `model.json` names, in the order of the weights. */
export function shardPaths(json: JsonObject | null): string[] {
  return objectsIn(json?.weightsManifest).flatMap(({ paths }) => asArray(paths).map(String));
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
  const json = asObject(parseJson(fileName, text));
  if (!json) throw new AppError('model-file-broken', `The file ${fileName} is no tf.js layers-model; please choose the model.json of one.`);
  const topology = topologyOf(fileName, json);
  if (!Array.isArray(json.weightsManifest)) {
    throw new AppError('model-file-broken', `The file ${fileName} names no weights (weightsManifest); please get it again.`);
  }
  const groups = objectsIn(json.weightsManifest).map(
    (group): Group => ({
      paths: asArray(group.paths).map(String),
      weights: objectsIn(group.weights).map((weight) => storedWeight(fileName, weight)),
    }),
  );
  const paths = groups.flatMap((group) => group.paths);
  if (new Set(paths).size < paths.length || groups.some((group) => group.paths.length === 0))
    throw new AppError(
      'model-file-broken',
      `The file ${fileName} names a shard twice, or none where there must be one; please get it again.`,
    );

  const shards = new Map<string, Uint8Array>();
  await Promise.all(paths.map(async (path) => shards.set(path, new Uint8Array(await readShard(path)))));
  const shardsOf = (group: Group) => group.paths.flatMap((path) => shards.get(path) ?? []);
  // Before there is room for the weights: a description may claim any size.
  for (const group of groups) checkLength(fileName, group, shardsOf(group));

  const weights = groups.flatMap((group) => group.weights).filter((weight) => 'dtype' in weight);
  const data = new ArrayBuffer(weights.reduce((sum, { shape }) => sum + sizeOfShape(shape) * 4, 0));
  let written = 0;
  for (const group of groups) {
    const stored = joined(shardsOf(group));
    let read = 0;
    for (const weight of group.weights) {
      const bytes = stored.subarray(read, read + bytesOf(weight));
      read += bytes.byteLength;
      if ('skippedBytes' in weight) continue;
      const count = sizeOfShape(weight.shape);
      decode(bytes, weight, new Float32Array(data, written, count));
      written += count * 4;
    }
  }
  const nameOf = namesInNetwork(topology);
  return { topology, weights: weights.map(({ name, shape }) => ({ name: nameOf(name), shape })), data };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
