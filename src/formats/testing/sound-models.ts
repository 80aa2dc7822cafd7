/** Small sound model files in every format, made on the spot, so that tests can damage them in the way that they want. */
import { zipSync } from 'fflate';
import { type Group, type File as Hdf5File, File as NewHdf5File, ready } from 'h5wasm';
import type { GivenFile } from '../given-file.ts';
import { kerasTopology } from '../keras/keras-config.ts';
import { packArtifacts, sizeOfShape } from '../network/artifacts.ts';
import { writeLayersModel } from '../tfjs/layers-model-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A layer as Keras 3 writes it down. What a test puts in place of a value may be anything. */
export interface LayerJson {
  module: string;
  class_name: unknown;
  name: unknown;
  config: Record<string, unknown>;
  inbound_nodes: unknown;
  [setting: string]: unknown;
}

/** A functional model as Keras 3 writes it down. */
export interface NetworkJson {
  module: string;
  class_name: unknown;
  config: { name: string; layers: LayerJson[]; input_layers: unknown; output_layers: unknown; [setting: string]: unknown };
}

/** A reference to what another layer gives, as it stands in a call. */
export function tensorOf(layer: unknown, node: unknown = 0, tensor: unknown = 0): object {
  return { class_name: '__keras_tensor__', config: { shape: [null, 1], dtype: 'float32', keras_history: [layer, node, tensor] } };
}

/** @param takes the layers whose results it is called with, all at once where there are several */
export function layerOf(kind: string, name: string, settings: Record<string, unknown>, ...takes: string[]): LayerJson {
  const tensors = takes.map((taken) => tensorOf(taken));
  return {
    module: 'keras.layers',
    class_name: kind,
    name,
    config: { name, trainable: true, dtype: 'float32', ...settings },
    inbound_nodes: takes.length ? [{ args: [takes.length > 1 ? tensors : tensors[0]], kwargs: {} }] : [],
  };
}

/** The side of the images that the small network takes. */
const SIDE = 12;

export function inputOf(name: string, shape: unknown = [null, SIDE, SIDE, 3]): LayerJson {
  return layerOf('InputLayer', name, { batch_shape: shape, sparse: false });
}

/** Image, convolution, normalisation, pooling, three scores. */
export function soundNetwork(): NetworkJson {
  return {
    module: 'keras',
    class_name: 'Functional',
    config: {
      name: 'small',
      trainable: true,
      layers: [
        inputOf('image'),
        layerOf('Conv2D', 'conv', { filters: 4, kernel_size: [3, 3], padding: 'same', activation: 'relu', use_bias: true }, 'image'),
        layerOf('BatchNormalization', 'norm', { axis: -1, epsilon: 0.001, center: true, scale: true }, 'conv'),
        layerOf('GlobalAveragePooling2D', 'pool', {}, 'norm'),
        layerOf('Dense', 'scores', { units: 3, activation: 'softmax', use_bias: true }, 'pool'),
      ],
      input_layers: [['image', 0, 0]],
      output_layers: [['scores', 0, 0]],
    },
  };
}

/** The sound network after a change. */
export function networkWith(change: (network: NetworkJson, layer: (name: string) => LayerJson) => void): NetworkJson {
  const network = soundNetwork();
  change(network, (name) => {
    const found = network.config.layers.find((layer) => layer.name === name);
    if (!found) throw new Error(`there is no layer ${name}`);
    return found;
  });
  return network;
}

/** The sound network with other layers between its normalisation and its pooling; the first takes `norm`, the pooling the last. */
export function networkAround(...middle: LayerJson[]): NetworkJson {
  return networkWith(({ config }, layer) => {
    config.layers.splice(3, 0, ...middle);
    layer('pool').inbound_nodes = [{ args: [tensorOf(middle.at(-1)?.name)], kwargs: {} }];
  });
}

export interface WeightOf {
  readonly layer: string;
  readonly own: string;
  readonly shape: readonly number[];
}

export const WEIGHTS: readonly WeightOf[] = [
  { layer: 'conv', own: 'kernel', shape: [3, 3, 3, 4] },
  { layer: 'conv', own: 'bias', shape: [4] },
  { layer: 'norm', own: 'gamma', shape: [4] },
  { layer: 'norm', own: 'beta', shape: [4] },
  { layer: 'norm', own: 'moving_mean', shape: [4] },
  { layer: 'norm', own: 'moving_variance', shape: [4] },
  { layer: 'scores', own: 'kernel', shape: [4, 3] },
  { layer: 'scores', own: 'bias', shape: [3] },
];

/** Without a pattern, and positive, as variances must be. */
export function valuesOf(shape: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: sizeOfShape(shape) }, (_, i) => ((i * 37) % 101) / 101 + 0.01);
}

let written = 0;

/** A new HDF5 file. */
export async function hdf5File(fill: (file: Hdf5File) => void): Promise<Bytes> {
  const { FS } = await ready;
  const path = `/written-${++written}.h5`;
  const file = new NewHdf5File(path, 'w', { libver: ['earliest', 'latest'] });
  fill(file);
  file.close();
  const bytes = Uint8Array.from(FS.readFile(path));
  FS.unlink(path);
  return bytes;
}

/** Writes a dataset below the file, with the groups that lead to it. */
export function putDataset(
  file: Hdf5File,
  path: string,
  shape: readonly number[],
  data: Float32Array | Int32Array = valuesOf(shape),
): void {
  const folders = path.split('/').slice(0, -1);
  for (const depth of folders.keys()) {
    const group = folders.slice(0, depth + 1).join('/');
    if (!file.get(group)) file.create_group(group);
  }
  file.create_dataset({ name: path, data, shape: [...shape] });
}

/** Weights in the older layout, below `model_weights`; `spoil` may change the file before it is closed. */
export function kerasH5(
  config: string = JSON.stringify(soundNetwork()),
  weights: readonly WeightOf[] = WEIGHTS,
  spoil: (file: Hdf5File) => void = () => {},
): Promise<Bytes> {
  return hdf5File((file) => {
    file.create_attribute('model_config', config);
    file.create_attribute('keras_version', '3.15.0');
    const layers = ['image', ...new Set(weights.map(({ layer }) => layer))];
    const root = file.create_group('model_weights');
    root.create_attribute('layer_names', layers);
    for (const layer of layers) {
      const own = weights.filter((weight) => weight.layer === layer);
      const names = own.map((weight) => `${layer}/${weight.own}`);
      root.create_group(layer).create_attribute('weight_names', names);
      for (const weight of own) putDataset(file, `model_weights/${layer}/${layer}/${weight.own}`, weight.shape);
    }
    spoil(file);
  });
}

/** Weights in Keras 3's layout. */
export function numberedWeights(weights: readonly WeightOf[] = WEIGHTS, spoil: (file: Hdf5File) => void = () => {}): Promise<Bytes> {
  const groups: Readonly<Record<string, string>> = { conv: 'conv2d', norm: 'batch_normalization', scores: 'dense' };
  const counts = new Map<string, number>();
  return hdf5File((file) => {
    file.create_group('layers');
    for (const { layer, shape } of weights) {
      const number = counts.get(layer) ?? 0;
      counts.set(layer, number + 1);
      const vars = `layers/${groups[layer] ?? layer}/vars`;
      putDataset(file, `${vars}/${number}`, shape);
      if (number === 0) (file.get(vars) as Group).create_attribute('name', layer);
    }
    spoil(file);
  });
}

/** A zip archive of these members, packed or not. */
export function zipOf(members: Readonly<Record<string, Uint8Array>>, level: 0 | 9 = 0): Bytes {
  return zipSync({ ...members }, { level, mtime: new Date(2024, 0, 1) }) as Bytes;
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

export async function kerasArchive(config: string = JSON.stringify(soundNetwork()), weights?: Uint8Array): Promise<Bytes> {
  const members = { 'metadata.json': utf8('{"keras_version": "3.15.0"}'), 'config.json': utf8(config) };
  return zipOf({ ...members, 'model.weights.h5': weights ?? (await numberedWeights()) });
}

/** `model.json` and its shard. */
export function layersModel(network: NetworkJson = soundNetwork(), weights: readonly WeightOf[] = WEIGHTS): GivenFile[] {
  const values = weights.map(({ layer, own, shape }) => ({ name: `${layer}/${own}`, shape, values: valuesOf(shape) }));
  const artifacts = packArtifacts(kerasTopology('model.json', JSON.stringify(network), null), values);
  return writeLayersModel(artifacts, 'float32').map(({ path, bytes }) => ({ name: path, bytes }));
}

/** A length, a header, and the tensors. */
export function safetensorsOf(header: string, body: Uint8Array): Bytes {
  const json = utf8(header);
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

export interface TorchTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Tensors one after the other, as F32. */
export function safetensorsWith(tensors: readonly TorchTensor[]): Bytes {
  const body = new Float32Array(tensors.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    body.set(values, at);
    const start = at * 4;
    at += values.length;
    return [name, { dtype: 'F32', shape, data_offsets: [start, at * 4] }];
  });
  return safetensorsOf(JSON.stringify(Object.fromEntries(entries)), new Uint8Array(body.buffer));
}

/** The smallest DenseNet, of two blocks with a layer each, under torchvision's names. */
export function denseNetTensors(classes = 3): TorchTensor[] {
  const tensors: TorchTensor[] = [];
  const add = (name: string, shape: readonly number[]) => tensors.push({ name, shape, values: valuesOf(shape) });
  const norm = (name: string, channels: number) => {
    for (const own of ['weight', 'bias', 'running_mean', 'running_var']) add(`${name}.${own}`, [channels]);
  };
  const layer = (name: string, channels: number) => {
    norm(`${name}.norm1`, channels);
    add(`${name}.conv1.weight`, [8, channels, 1, 1]);
    norm(`${name}.norm2`, 8);
    add(`${name}.conv2.weight`, [4, 8, 3, 3]);
  };
  add('features.conv0.weight', [8, 3, 7, 7]);
  norm('features.norm0', 8);
  layer('features.denseblock1.denselayer1', 8);
  norm('features.transition1.norm', 12);
  add('features.transition1.conv.weight', [6, 12, 1, 1]);
  layer('features.denseblock2.denselayer1', 6);
  norm('features.norm5', 10);
  add('classifier.weight', [classes, 10]);
  add('classifier.bias', [classes]);
  return tensors;
}
