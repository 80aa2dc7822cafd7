/** Small sound model files in every format, made on the spot, so that tests can damage them in the way that they want. */
import { zipSync } from 'fflate';
import { type Group, type File as Hdf5File, File as NewHdf5File, ready } from 'h5wasm';
import type { GivenFile } from '../given-file.ts';
import { kerasTopology } from '../keras/keras-config.ts';
import { packArtifacts } from '../network/artifacts.ts';
import { writeLayersModel } from '../tfjs/layers-model-writer.ts';
import { type NetworkJson, soundNetwork, valuesOf, WEIGHTS, type WeightOf } from './sound-network.ts';

type Bytes = Uint8Array<ArrayBuffer>;

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
