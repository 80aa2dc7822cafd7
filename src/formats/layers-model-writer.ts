/** Writes a tf.js layers-model: `model.json` and shards. The counterpart of `layers-model.ts`. */
import { AppError } from '../core/app-error.ts';
import { type ModelArtifacts, sizeOfShape } from './artifacts.ts';
import { encodeFloat16 } from './float16.ts';

/** Browsers and static hosts cache files of up to four megabytes best. */
const SHARD_BYTES = 4 * 1024 * 1024 - 1;

export interface WrittenFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** @throws AppError `model-unsupported` where half precision would turn a weight into infinity. */
function halves({ weights, data }: ModelArtifacts): Uint16Array<ArrayBuffer> {
  const values = new Float32Array(data);
  const stored = Uint16Array.from(values, encodeFloat16);
  let at = 0;
  for (const { name, shape } of weights) {
    for (const end = at + sizeOfShape(shape); at < end; at++) {
      if (((stored[at] ?? 0) & 0x7fff) !== 0x7c00 || !Number.isFinite(values[at])) continue;
      throw new AppError(
        'model-unsupported',
        `The weight ${name} holds ${values[at]}, too large for half precision; please write float32.`,
      );
    }
  }
  return stored;
}

/**
 * A weight may begin in one shard and end in the next.
 *
 * @param dtype how the weights are stored; float16 halves the size and costs nothing that can be seen in a map
 * @throws AppError `model-unsupported` naming the first weight that float16 cannot hold
 */
export function writeLayersModel(artifacts: ModelArtifacts, dtype: 'float32' | 'float16'): WrittenFile[] {
  const { topology, weights, data } = artifacts;
  const total = weights.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0) * 4;
  if (total !== data.byteLength) throw new RangeError(`the weights describe ${total} bytes, the buffer holds ${data.byteLength}`);
  const stored = new Uint8Array(dtype === 'float32' ? data : halves(artifacts).buffer);
  const shardCount = Math.max(1, Math.ceil(stored.byteLength / SHARD_BYTES));
  const paths = Array.from({ length: shardCount }, (_, i) => `group1-shard${i + 1}of${shardCount}.bin`);
  const shards = paths.map((path, i) => ({ path, bytes: stored.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES) }));
  const model = {
    format: 'layers-model',
    generatedBy: 'fast-ablation-cam',
    convertedBy: null,
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: topology },
    weightsManifest: [
      {
        paths,
        weights: weights.map(({ name, shape }) => ({
          name,
          shape,
          dtype: 'float32',
          ...(dtype === 'float16' && { quantization: { dtype: 'float16', original_dtype: 'float32' } }),
        })),
      },
    ],
  };
  return [{ path: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model)) }, ...shards];
}
