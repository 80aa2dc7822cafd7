/** The weights of one of Keras' DenseNets, from a file that holds nothing else. */
import { AppError } from '../../core/app-error.ts';
import type { Hdf5Entity, Hdf5Reader } from '../hdf5/hdf5.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import type { DenseNetWeights, HeadLayer } from './densenet.ts';

/** What `keras.applications.densenet` adds to variances. */
const EPSILON = 1.001e-5;

const NORMALISATION = ['gamma', 'beta', 'moving_mean', 'moving_variance'];

interface LayerWeights {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/** Of the older layout, in the file's order: attributes say which weights a layer has. */
function layeredWeights(reader: Hdf5Reader): LayerWeights[] {
  return reader.names(reader.root, 'layer_names').map((layerName) => {
    const group = reader.child(reader.root, layerName);
    const paths = reader.names(group, 'weight_names');
    const tensors = paths.map((path): [string, NamedTensor] => [
      path.replace(/:\d+$/, '').split('/').at(-1) ?? path,
      reader.tensor(group, path),
    ]);
    // Keras of before 2024 has a slash in two of its names.
    return { name: layerName.replaceAll('/', '_'), tensors: new Map(tensors) };
  });
}

/** Of Keras 3's layout, where a group says which layer it is of, and numbers its weights. */
function numberedWeights(reader: Hdf5Reader, container: Hdf5Entity): LayerWeights[] {
  return reader.keys(container).flatMap((key) => {
    const vars = reader.child(reader.child(container, key), 'vars');
    const name = reader.text(vars, 'name');
    const numbers = reader.keys(vars);
    if (!name || numbers.length === 0) return [];
    const owns = numbers.length === NORMALISATION.length ? NORMALISATION : ['kernel', 'bias'];
    const tensors = numbers.map((number, i): [string, NamedTensor] => [owns[i] ?? number, reader.tensor(vars, number)]);
    return [{ name, tensors: new Map(tensors) }];
  });
}

/** Fully connected layers stand in the order in which each takes what the one before gives, whatever the file's order. */
function inOrder(layers: readonly LayerWeights[], features: number): LayerWeights[] {
  const left = [...layers];
  const ordered: LayerWeights[] = [];
  for (let size = features; left.length > 0; ) {
    const next = left.findIndex(({ tensors }) => tensors.get('kernel')?.shape[0] === size);
    const [found] = left.splice(Math.max(0, next), 1);
    if (!found) break;
    ordered.push(found);
    size = found.tensors.get('kernel')?.shape[1] ?? 0;
  }
  return ordered;
}

function headOf(layers: readonly LayerWeights[], features: number): HeadLayer[] {
  const ordered = inOrder(layers, features);
  return ordered.flatMap(({ name, tensors }, i): HeadLayer[] => {
    const kernel = tensors.get('kernel');
    // What the file does not say: between fully connected layers there is nothing.
    const activation = i === ordered.length - 1 ? 'softmax' : 'linear';
    return kernel ? [{ name, kernel, bias: tensors.get('bias') ?? null, activation }] : [];
  });
}

/** @throws AppError `model-file-missing` naming the file, and a layer that no DenseNet has */
export function denseNetOfKeras(reader: Hdf5Reader): DenseNetWeights {
  const container = reader.child(reader.root, 'layers');
  const layers = (container ? numberedWeights(reader, container) : layeredWeights(reader)).filter(({ tensors }) => tensors.size > 0);
  const isDense = ({ tensors }: LayerWeights) => tensors.get('kernel')?.shape.length === 2;
  const features = layers.filter((layer) => !isDense(layer));
  const tensors = new Map(
    features.flatMap(({ name, tensors: own }) => [...own].map(([key, tensor]) => [`${name}/${key}`, tensor] as const)),
  );
  const stranger = features.find(
    ({ name }) => !/^(conv1_(conv|bn)|conv[2-9]_block\d+_(0_bn|1_conv|1_bn|2_conv)|pool[2-9]_(bn|conv)|bn)$/.test(name),
  );
  if (!tensors.has('conv1_conv/kernel') || !tensors.has('conv2_block1_1_conv/kernel') || stranger) {
    const fault = stranger ? ` (it has the layer ${stranger.name})` : '';
    throw new AppError(
      'model-file-missing',
      `The file ${reader.fileName} holds weights without a network, and they are no DenseNet’s${fault}; please give the network’s JSON as well (model.to_json(), or config.json), or save the whole model.`,
    );
  }
  const pooled = tensors.get('bn/gamma')?.shape[0] ?? 0;
  return { tensors, head: headOf(layers.filter(isDense), pooled), epsilon: EPSILON };
}
