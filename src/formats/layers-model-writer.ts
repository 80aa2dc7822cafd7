/** Writes a tf.js layers-model: `model.json` and shards. The counterpart of `layers-model.ts`. */
import { type ModelArtifacts, sizeOfShape } from './artifacts.ts';
import { encodeFloat16 } from './float16.ts';

/** Browsers and static hosts cache files of up to four megabytes best. */
const SHARD_BYTES = 4 * 1024 * 1024 - 1;

export interface WrittenFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** @param dtype how the weights are stored; float16 halves the size and costs nothing that can be seen in a map */
export function writeLayersModel({ topology, weights, data }: ModelArtifacts, dtype: 'float32' | 'float16'): WrittenFile[] {
  const values = new Float32Array(data);
  const stored = dtype === 'float32' ? new Uint8Array(data) : new Uint8Array(Uint16Array.from(values, encodeFloat16).buffer);
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
  const total = weights.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
  if (total !== values.length) throw new Error(`the weights describe ${total} values, the buffer holds ${values.length}`);
  return [{ path: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model)) }, ...shards];
}
