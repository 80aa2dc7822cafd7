/**
 * Whole Keras models in HDF5, of Keras 2 and 3: the configuration is an attribute of the file, and `model_weights` has a group for each
 * layer, whose `weight_names` say in which order its datasets come.
 *
 * The HDF5 library is handed in already opened: it loads differently in Node and in a browser.
 */
import { AppError } from '../core/app-error.ts';
import { type ModelArtifacts, sizeOfShape } from './artifacts.ts';
import { kerasTopology } from './keras-config.ts';
import { readyToLoad } from './ready-to-load.ts';

/** The part of an opened HDF5 file, group or dataset that is read here; `h5wasm`'s objects have it. */
export interface Hdf5Entity {
  readonly attrs?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly shape?: readonly number[] | null;
  readonly value?: unknown;
  get?(path: string): unknown;
}

function isEntity(value: unknown): value is Hdf5Entity {
  return typeof value === 'object' && value !== null;
}

function child(entity: Hdf5Entity | null, path: string): Hdf5Entity | null {
  const found = entity?.get?.(path);
  return isEntity(found) ? found : null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export function readKerasH5(fileName: string, file: Hdf5Entity): ModelArtifacts {
  const text = file.attrs?.model_config?.value;
  const root = child(file, 'model_weights');
  if (typeof text !== 'string' || !root) {
    throw new AppError('model-unsupported', `The file ${fileName} holds weights without a model; please save the whole model.`);
  }
  const weights: { name: string; shape: number[] }[] = [];
  const values: Float32Array[] = [];
  for (const layer of strings(root.attrs?.layer_names?.value)) {
    const group = child(root, layer);
    for (const path of strings(group?.attrs?.weight_names?.value)) {
      const dataset = child(group, path);
      const { value } = dataset ?? {};
      if (!dataset?.shape || !(value instanceof Float32Array || value instanceof Float64Array)) {
        throw new AppError(
          'model-file-broken',
          `In ${fileName} the weight ${path} is missing or is no number; please save the model again.`,
        );
      }
      // Keras 2 adds `:0`, and repeats the layer's name: `conv1/conv/kernel:0`. tf.js finds weights by layer and last part.
      const own = path.replace(/:\d+$/, '').split('/').at(-1);
      weights.push({ name: `${layer}/${own}`, shape: [...dataset.shape] });
      values.push(Float32Array.from(value));
    }
  }
  const data = new Float32Array(weights.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0));
  let at = 0;
  for (const part of values) {
    data.set(part, at);
    at += part.length;
  }
  return { topology: readyToLoad(kerasTopology(fileName, text)), weights, data: data.buffer };
}
