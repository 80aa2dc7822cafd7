/** Writes a tf.js layers-model, or this project's own network format: `model.json` and shards. The counterpart of `layers-model.ts`. */

import { AppError } from '../../core/app-error.ts';
import { APP_NAME } from '../../core/app-name.ts';
import { type Json, type ModelArtifacts, sizeOfShape } from '../network/artifacts.ts';
import { encodeFloat16 } from '../network/float16.ts';
import { OWN_FORMAT, OWN_VERSION } from './own-network.ts';
import { isOfTfjs } from './tfjs-layers.ts';

/** Browsers and static hosts cache files of up to four megabytes best. */
const SHARD_BYTES = 4 * 1024 * 1024 - 1;

export interface WrittenFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * How weights are stored. float16 halves the size and costs nothing that can be seen in a map; uint8 quarters it, and what it costs must be
 * measured. Vectors, such as biases and normalisations, take little room and much harm, so with uint8 they are float16.
 */
export type WeightType = 'float32' | 'float16' | 'uint8';

interface StoredWeight {
  readonly bytes: Uint8Array;
  /** As tf.js writes it into `model.json`. */
  readonly quantization?: Json;
}

function tooWide(name: string, value: number, type: WeightType): AppError {
  return new AppError('model-unsupported', `The weight ${name} holds ${value}, which ${type} cannot hold; please write float32.`);
}

function asHalves(name: string, values: Float32Array): StoredWeight {
  const halves = Uint16Array.from(values, encodeFloat16);
  const lost = values.findIndex((value, i) => Number.isFinite(value) && ((halves[i] ?? 0) & 0x7fff) === 0x7c00);
  if (lost >= 0) throw tooWide(name, values[lost] ?? 0, 'float16');
  return { bytes: new Uint8Array(halves.buffer), quantization: { dtype: 'float16', original_dtype: 'float32' } };
}

/** tf.js' affine quantisation: a weight is `byte * scale + min`. As with tf.js' own converter, zero stays exactly zero. */
function asBytes(name: string, values: Float32Array): StoredWeight {
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw tooWide(name, odd, 'uint8');
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  // Where all weights are the same, every byte is 0.
  const scale = largest > least ? (largest - least) / 255 : 1;
  const min = least <= 0 && largest >= 0 ? -Math.round(-least / scale) * scale : least;
  // This kind of array rounds to the nearest, and keeps within 0 and 255.
  const bytes = Uint8ClampedArray.from(values, (value) => (value - min) / scale);
  return { bytes: new Uint8Array(bytes.buffer), quantization: { dtype: 'uint8', scale, min, original_dtype: 'float32' } };
}

function stored(name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>, type: WeightType): StoredWeight {
  if (type === 'float32') return { bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
  return type === 'uint8' && shape.length > 1 ? asBytes(name, values) : asHalves(name, values);
}

interface StoredWeights {
  /** As `model.json` describes them. */
  readonly weightsManifest: Json;
  readonly shards: readonly WrittenFile[];
}

/**
 * A weight may begin in one shard and end in the next.
 *
 * @throws AppError `model-unsupported` naming the first weight that the type cannot hold
 */
function storedWeights({ weights, data }: ModelArtifacts, type: WeightType): StoredWeights {
  const total = weights.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0) * 4;
  if (total !== data.byteLength) throw new RangeError(`the weights describe ${total} bytes, the buffer holds ${data.byteLength}`);
  let at = 0;
  const entries = weights.map(({ name, shape }) => {
    const values = new Float32Array(data, at, sizeOfShape(shape));
    at += values.byteLength;
    return { name, shape, dtype: 'float32', ...stored(name, shape, values, type) };
  });
  const whole = new Uint8Array(entries.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  let end = 0;
  for (const { bytes } of entries) {
    whole.set(bytes, end);
    end += bytes.byteLength;
  }
  const shardCount = Math.max(1, Math.ceil(whole.byteLength / SHARD_BYTES));
  const paths = Array.from({ length: shardCount }, (_, i) => `group1-shard${i + 1}of${shardCount}.bin`);
  const shards = paths.map((path, i) => ({ path, bytes: whole.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES) }));
  return { weightsManifest: [{ paths, weights: entries.map(({ bytes: _, ...entry }) => entry) }], shards };
}

function withModel(model: { readonly [key: string]: Json }, artifacts: ModelArtifacts, type: WeightType): WrittenFile[] {
  const { weightsManifest, shards } = storedWeights(artifacts, type);
  const { otherNames = new Map<string, string>() } = artifacts;
  const noted = otherNames.size > 0 ? { userDefinedMetadata: { otherNames: Object.fromEntries(otherNames) } } : {};
  const json = { ...model, ...noted, weightsManifest };
  return [{ path: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(json)) }, ...shards];
}

/** @throws AppError `model-unsupported` naming the first weight that the type cannot hold */
export function writeLayersModel(artifacts: ModelArtifacts, type: WeightType): WrittenFile[] {
  const modelTopology = { keras_version: '2.15.0', backend: 'tensorflow', model_config: artifacts.topology as unknown as Json };
  return withModel({ format: 'layers-model', generatedBy: APP_NAME, convertedBy: null, modelTopology }, artifacts, type);
}

/**
 * A layers-model where tf.js has all of the layers, and else this project's own format: tf.js would compute another network without what it
 * does not know.
 *
 * @throws AppError `model-unsupported` naming the first weight that the type cannot hold
 */
export function writeNetwork(artifacts: ModelArtifacts, type: WeightType): WrittenFile[] {
  const { topology } = artifacts;
  if (isOfTfjs(topology)) return writeLayersModel(artifacts, type);
  const network = topology as unknown as Json;
  return withModel({ format: OWN_FORMAT, formatVersion: OWN_VERSION, generatedBy: APP_NAME, network }, artifacts, type);
}
