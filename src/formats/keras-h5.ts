/**
 * Whole Keras models in HDF5, of Keras 2 and 3: the configuration is an attribute of the file, and `model_weights` has a group for each
 * layer, whose `weight_names` say in which order its datasets come.
 *
 * The HDF5 library is handed in already opened: it loads differently in Node and in a browser.
 */
import { AppError } from '../core/app-error.ts';
import { type ModelArtifacts, type ModelTopology, packArtifacts, sizeOfShape, type WeightValues } from './artifacts.ts';
import { asObject, type JsonObject, objectsIn } from './json.ts';
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

/** A list of names. Keras cuts lists above 64 kB, which HDF5 cannot hold in one attribute, into `<name>0`, `<name>1` and so on. */
function names(entity: Hdf5Entity | null, attribute: string): string[] {
  const whole = entity?.attrs?.[attribute]?.value;
  if (Array.isArray(whole)) return whole.map(String);
  const found: string[] = [];
  for (let i = 0; ; i++) {
    const part = entity?.attrs?.[`${attribute}${i}`]?.value;
    if (!Array.isArray(part)) return found;
    found.push(...part.map(String));
  }
}

/** The models' own layers by name; layers of nested models are not among them. */
function layersByName(topology: ModelTopology): Map<string, JsonObject> {
  return new Map(objectsIn(topology.config.layers).map((layer) => [String(asObject(layer.config)?.name), layer]));
}

/**
 * How tf.js calls a weight: by its layer and its own name. Keras 2 appends `:0`; what stands before the own name may repeat the layer's,
 * or (in old versions) the model's. Only for a nested model it says which of the inner layers is meant.
 */
function weightName(layerName: string, layer: JsonObject | undefined, path: string): string {
  const plain = path.replace(/:\d+$/, '');
  if (asObject(layer?.config)?.layers) return plain;
  const own = plain.split('/').at(-1) ?? plain;
  // Keras 3 calls it kernel, Keras 2 and tf.js do not.
  const isRenamed = layer?.class_name === 'DepthwiseConv2D' && own === 'kernel';
  return `${layerName}/${isRenamed ? 'depthwise_kernel' : own}`;
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export function readKerasH5(fileName: string, file: Hdf5Entity): ModelArtifacts {
  const text = file.attrs?.model_config?.value;
  const root = child(file, 'model_weights');
  if (typeof text !== 'string' || !root) {
    throw new AppError('model-unsupported', `The file ${fileName} holds weights without a model; please save the whole model.`);
  }
  const topology = kerasTopology(fileName, text);
  const layers = layersByName(topology);
  const weights: WeightValues[] = [];
  for (const layerName of names(root, 'layer_names')) {
    const group = child(root, layerName);
    for (const path of names(group, 'weight_names')) {
      const { shape, value } = child(group, path) ?? {};
      const isNumeric = value instanceof Float32Array || value instanceof Float64Array;
      if (!shape || !isNumeric || value.length !== sizeOfShape(shape)) {
        throw new AppError(
          'model-file-broken',
          `In ${fileName} the weight ${path} is missing or holds no floating-point numbers; please save the model again.`,
        );
      }
      weights.push({ name: weightName(layerName, layers.get(layerName), path), shape: [...shape], values: value });
    }
  }
  return packArtifacts(readyToLoad(topology), weights);
}
