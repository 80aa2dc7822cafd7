/** A drawn network as the files that a person would have. */
import type { Group, File as Hdf5File } from 'h5wasm';
import type { GivenFile } from '../../../src/formats/given-file.ts';
import { kerasTopology } from '../../../src/formats/keras/keras-config.ts';
import { packArtifacts } from '../../../src/formats/network/artifacts.ts';
import { hdf5File, putDataset, utf8, zipOf } from '../../../src/formats/testing/sound-models.ts';
import { writeLayersModel } from '../../../src/formats/tfjs/layers-model-writer.ts';
import type { Dialect, DrawnNetwork, Layer, Weight } from '../network.ts';
import type { FileFormat } from './file-formats.ts';
import { kerasJson } from './keras-json.ts';
import { snakeCase } from './keras-names.ts';

const VERSIONS: Readonly<Record<Dialect, string>> = { 'keras-2': '2.15.0', 'keras-3': '3.6.0' };

/** Each weight with the name of its own layer, those of inner models after one another. */
function weightsInside(layer: Layer): (Weight & { readonly layer: string })[] {
  if (layer.inner) return layer.inner.layers.flatMap(weightsInside);
  return layer.weights.map((weight) => ({ ...weight, layer: layer.name }));
}

/** Keras 3 calls the depthwise kernel like any other. */
function ownName({ kind }: Pick<Layer, 'kind'>, name: string, dialect: Dialect): string {
  if (dialect === 'keras-2') return `${name}:0`;
  return kind === 'DepthwiseConv2D' && name === 'depthwise_kernel' ? 'kernel' : name;
}

function pathsInside(layer: Layer, dialect: Dialect): { readonly path: string; readonly weight: Weight }[] {
  if (layer.inner) return layer.inner.layers.flatMap((inner) => pathsInside(inner, dialect));
  return layer.weights.map((weight) => ({ path: `${layer.name}/${ownName(layer, weight.name, dialect)}`, weight }));
}

/** A group for each layer of the whole model; the attribute `weight_names` lists what is in it. */
function putLayered(file: Hdf5File, root: string, layers: readonly Layer[], dialect: Dialect): void {
  const container = file.create_group(root);
  // Operations are no layers with weights, and have groups nevertheless.
  container.create_attribute(
    'layer_names',
    layers.map(({ name }) => name),
  );
  for (const layer of layers) {
    const group = `${root}/${layer.name}`;
    file.create_group(group);
    const weights = pathsInside(layer, dialect);
    if (weights.length === 0) continue;
    (file.get(group) as Group).create_attribute(
      'weight_names',
      weights.map(({ path }) => path),
    );
    for (const { path, weight } of weights) putDataset(file, `${group}/${path}`, weight.shape, Float32Array.from(weight.values));
  }
}

/** Keras 3's own layout: layers are numbered by their kind, those of an inner model below it. */
function putNumbered(file: Hdf5File, container: string, layers: readonly Layer[]): void {
  const counts = new Map<string, number>();
  for (const { kind, operation, inner, weights } of layers) {
    if (operation) continue;
    const base = snakeCase(kind);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const group = `${container}/${count ? `${base}_${count}` : base}`;
    if (inner) putNumbered(file, `${group}/layers`, inner.layers);
    for (const [i, { shape, values }] of weights.entries()) putDataset(file, `${group}/vars/${i}`, shape, Float32Array.from(values));
  }
}

async function h5(network: DrawnNetwork): Promise<GivenFile[]> {
  const { model, dialect } = network;
  const bytes = await hdf5File((file) => {
    file.create_attribute('model_config', JSON.stringify(kerasJson(network)));
    file.create_attribute('keras_version', VERSIONS[dialect]);
    // A chain's own list of layers does not have the input.
    const layers = model.kind === 'Sequential' ? model.layers.slice(1) : model.layers;
    putLayered(file, 'model_weights', layers, dialect);
  });
  return [{ name: 'model.h5', bytes }];
}

async function keras(network: DrawnNetwork): Promise<GivenFile[]> {
  const { model, dialect } = network;
  const weights = await hdf5File((file) => {
    file.create_group('layers');
    putNumbered(file, 'layers', model.layers);
  });
  const members = {
    'metadata.json': utf8(JSON.stringify({ keras_version: VERSIONS[dialect] })),
    'config.json': utf8(JSON.stringify(kerasJson(network))),
    'model.weights.h5': weights,
  };
  return [{ name: 'model.keras', bytes: zipOf(members) }];
}

/** As the converter of tf.js writes it: weights under the names of their own layers. */
function tfjs(network: DrawnNetwork): GivenFile[] {
  const { model, dialect } = network;
  const weights = model.layers
    .flatMap(weightsInside)
    .map(({ layer, name, shape, values }) => ({ name: `${layer}/${name}`, shape, values }));
  const topology = kerasTopology('model.json', JSON.stringify(kerasJson(network)), VERSIONS[dialect]);
  return writeLayersModel(packArtifacts(topology, weights), 'float32').map(({ path, bytes }) => ({ name: path, bytes }));
}

export async function writeModel(network: DrawnNetwork, format: FileFormat): Promise<GivenFile[]> {
  switch (format) {
    case 'h5':
      return h5(network);
    case 'keras':
      return keras(network);
    case 'tfjs':
      return tfjs(network);
  }
}
