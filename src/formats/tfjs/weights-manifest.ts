/**
 * The weights of a tf.js model: a manifest that says how they lie in binary shards, one after the other, whole or quantised.
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts
 */
import { AppError } from '../../core/app-error.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import { sizeOfShape } from '../network/artifacts.ts';
import { BOOL, type ElementType, FLOAT16, FLOAT32, INT32, INT64, UINT8, UINT16, UINT32 } from '../network/element-type.ts';

/** How one weight is stored. */
export interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of its values, such as `float32`. */
  readonly dtype: string;
  /** In the shards: of quantised ones, another. */
  readonly stored: string;
  /** Of quantised ones: `value * scale + minimum`. */
  readonly scale: number;
  readonly minimum: number;
}

/** A weight and where it lies. */
export interface StoredWeight extends ManifestWeight {
  readonly bytes: Uint8Array;
}

/** By tf.js' names. */
const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  float32: FLOAT32,
  float16: FLOAT16,
  uint16: UINT16,
  uint8: UINT8,
  int32: INT32,
  uint32: UINT32,
  int64: INT64,
  bool: BOOL,
};

/** They are passed over. */
const COMPLEX_BYTES = 8;

/** Weights that lie one after the other in some shards. */
interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
}

function weightOf(fileName: string, json: JsonObject): ManifestWeight {
  const { name, shape, dtype } = json;
  const sides = asArray(shape);
  const isShape = Array.isArray(shape) && sides.every((side) => typeof side === 'number' && Number.isInteger(side) && side >= 0);
  const quantisation = asObject(json.quantization);
  const stored = quantisation ? quantisation.dtype : dtype;
  if (typeof name !== 'string' || !isShape || typeof stored !== 'string') {
    throw new AppError('model-file-broken', `The file ${fileName} describes a weight without name, shape or kind; please get it again.`);
  }
  const { scale, min } = quantisation ?? {};
  const plain = { name, shape: sides.map(Number), dtype: typeof dtype === 'string' ? dtype : stored, stored };
  if (!['uint8', 'uint16'].includes(stored)) return { ...plain, scale: 1, minimum: 0 };
  if (typeof scale !== 'number' || typeof min !== 'number') {
    throw new AppError(
      'model-file-broken',
      `The weight ${name} in ${fileName} is quantised to ${stored} without a scale and a minimum; please convert the model again.`,
    );
  }
  return { ...plain, scale, minimum: min };
}

/** Texts lie with the length of each before it. */
function bytesOfTexts(count: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let i = 0; i < count && at + 4 <= bytes.byteLength; i++) at += 4 + view.getUint32(at, true);
  return at;
}

function bytesOf({ shape, stored }: ManifestWeight, rest: Uint8Array): number {
  const count = sizeOfShape(shape);
  if (stored === 'string') return bytesOfTexts(count, rest);
  return count * (stored === 'complex64' ? COMPLEX_BYTES : (ELEMENT_TYPES[stored]?.bytes ?? 0));
}

/** The shards that a `model.json` names, in the order of the weights. */
export function shardPaths(json: JsonObject | null): string[] {
  return objectsIn(json?.weightsManifest).flatMap(({ paths }) => asArray(paths).map(String));
}

function groupsIn(fileName: string, json: JsonObject, check: (weight: ManifestWeight) => void): Group[] {
  if (!Array.isArray(json.weightsManifest)) {
    throw new AppError('model-file-broken', `The file ${fileName} names no weights (weightsManifest); please get it again.`);
  }
  const groups = objectsIn(json.weightsManifest).map((group): Group => {
    const weights = objectsIn(group.weights).map((weight) => weightOf(fileName, weight));
    for (const weight of weights) check(weight);
    return { paths: asArray(group.paths).map(String), weights };
  });
  const paths = groups.flatMap((group) => group.paths);
  if (new Set(paths).size < paths.length || groups.some((group) => group.paths.length === 0))
    throw new AppError(
      'model-file-broken',
      `The file ${fileName} names a shard twice, or none where there must be one; please get it again.`,
    );
  return groups;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, another] = parts;
  if (only && !another) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** @throws AppError `model-file-broken` where the shards are not as long as their weights */
function weightsOf(fileName: string, { paths, weights }: Group, whole: Uint8Array): StoredWeight[] {
  let at = 0;
  const stored = weights.map((weight): StoredWeight => {
    const from = at;
    at += bytesOf(weight, whole.subarray(from));
    return { ...weight, bytes: whole.subarray(from, at) };
  });
  if (at === whole.byteLength) return stored;
  const which = paths.length > 1 ? `shards ${paths[0]} to ${paths.at(-1)} hold` : `shard ${paths[0]} holds`;
  throw new AppError(
    'model-file-broken',
    `The ${which} ${whole.byteLength} bytes where ${fileName} says ${at}; please get the model’s files again.`,
  );
}

/**
 * @param fileName what to call `model.json` in errors
 * @param check throws for a weight that is stored in a way that is not read
 * @param readShard gives a shard's bytes by its path in the manifest, or throws
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file
 */
export async function storedWeights(
  fileName: string,
  json: JsonObject,
  check: (weight: ManifestWeight) => void,
  readShard: (path: string) => ArrayBuffer | Promise<ArrayBuffer>,
): Promise<StoredWeight[]> {
  const groups = groupsIn(fileName, json, check);
  const stored: StoredWeight[] = [];
  for (const group of groups) {
    const shards = await Promise.all(group.paths.map(async (path) => new Uint8Array(await readShard(path))));
    stored.push(...weightsOf(fileName, group, joined(shards)));
  }
  return stored;
}

/** Writes the values of a weight that is stored as one of the kinds `float32`, `float16`, `uint8`, `uint16`, `int32` and `bool`. */
export function decodeInto(target: Float32Array | Float64Array, { bytes, dtype, stored, scale, minimum }: StoredWeight): void {
  const { decode, isFloat, bytes: width } = ELEMENT_TYPES[stored] ?? UINT8;
  // Wider ones may start anywhere, so they are copied to where typed arrays can read them.
  const values = width === 1 ? bytes : decode(bytes.slice().buffer);
  if (isFloat) target.set(values);
  else {
    const rounded = (value: number) => (dtype === 'int32' ? Math.round(value) : value);
    for (let i = 0; i < target.length; i++) target[i] = rounded((values[i] ?? 0) * scale + minimum);
  }
}
