/**
 * The weights in Keras' HDF5 files, in both of its layouts.
 *
 * The older one has a group for each layer, whose attribute `weight_names` says in which order its datasets come; `layer_names` says in which
 * order the layers do. Keras 3's own (`.weights.h5`, and inside `.keras`) has `layers/<kind>[_<number>]/vars/<number>`, layers of nested models
 * below their model's.
 */

import { AppError } from '../../core/app-error.ts';
import type { Hdf5Entity, Hdf5Reader } from '../hdf5/hdf5.ts';
import { type JsonObject, objectsIn } from '../json.ts';
import type { ModelTopology, WeightValues } from '../network/artifacts.ts';
import { layersInside, nameOfLayer, pathOf } from './layer-paths.ts';
import { placesOf } from './nested-weights.ts';
import { layersStored } from './stored-layers.ts';
import { weightNames } from './weight-names.ts';

/** Counters and seeds, which are whole numbers. */
const IS_COUNTER = /(^|\/)(count|seed_generator_state)(:\d+)?$/;

/** A weight's own name in the file. */
function plainName(path: string): string {
  return path.replace(/:\d+$/, '').split('/').at(-1) ?? path;
}

/**
 * How tf.js calls the weights of a layer, in the order of the file. What stands before a weight's own name is of no meaning: it may be the
 * layer's name, a former one, or the model's. Where own names say nothing either (`conv1_W`), the order does.
 */
function ownNames(layer: JsonObject | undefined, paths: readonly string[]): readonly string[] {
  const inFile = paths.map(plainName);
  const known = layer ? weightNames(layer) : [];
  // Keras 3 calls it kernel, Keras 2 and tf.js do not.
  const translated = inFile.map((own) => (own === 'kernel' && known.includes('depthwise_kernel') ? 'depthwise_kernel' : own));
  const isKnown = known.every((own) => translated.includes(own));
  return isKnown || known.length !== inFile.length ? translated : known;
}

/** The names of a layer's weights, with the path of the layer that each is of. */
function targets(layerName: string, layer: JsonObject | undefined, paths: readonly string[]): string[] {
  if (!layer || !layersInside(layer)) return ownNames(layer, paths).map((own) => `${layerName}/${own}`);
  return placesOf(layer, paths).map((place, i) => (place ? `${place.path}/${place.own}` : `${layerName}/${paths[i]}`));
}

/** What weights of the network are called, those of models inside it too. */
function namesNeeded(layers: readonly JsonObject[]): string[] {
  return layers.flatMap((layer) => namesNeeded(layersInside(layer) ?? []).concat(weightNames(layer)));
}

/** Of the older layout. @throws AppError `model-file-broken` naming the file and the weight */
function layeredWeights(reader: Hdf5Reader, root: Hdf5Entity, layers: readonly JsonObject[]): WeightValues[] {
  const needed = new Set(namesNeeded(layers));
  /** Layers that change images at random, of TensorFlow 2.3 to 2.8, keep their state as `Variable:0`. */
  const isState = (group: Hdf5Entity | null, path: string) => !needed.has(plainName(path)) && reader.isWhole(group, path);
  const stored = reader.names(root, 'layer_names').map((name) => {
    const group = reader.child(root, name);
    const paths = reader.names(group, 'weight_names').filter((path) => !IS_COUNTER.test(path) && !isState(group, path));
    return { name, group, paths };
  });
  const inNetwork = layersStored(
    stored.map(({ name, paths }) => ({ name, weights: paths.length })),
    layers,
  );
  return stored.flatMap(({ name, group, paths }) => {
    const layer = inNetwork.get(name);
    const names = targets(layer ? nameOfLayer(layer) : name, layer, paths);
    return paths.map((path, i) => ({ name: names[i] ?? path, ...reader.tensor(group, path) }));
  });
}

/** Keras' own rule: `DepthwiseConv2D` becomes `depthwise_conv2d`. */
function snakeCase(kind: string): string {
  return kind
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/**
 * The group of each layer, in the layers' order. Newer versions note each layer's name with its group. Where those are not the network's own
 * names, as those of another session are not, groups are numbered by kind in the order of the layers, which is Keras' own rule.
 */
function groupsOf(reader: Hdf5Reader, container: Hdf5Entity, layers: readonly JsonObject[]): (Hdf5Entity | null)[] {
  const named = new Map<string, Hdf5Entity>();
  for (const key of reader.keys(container)) {
    const group = reader.child(container, key);
    const name = group && reader.text(reader.child(group, 'vars'), 'name');
    if (group && name) named.set(name, group);
  }
  const counts = new Map<string, number>();
  const isNamed = layers.every((layer) => weightNames(layer).length === 0 || named.has(nameOfLayer(layer)));
  return layers.map((layer) => {
    const kind = snakeCase(String(layer.class_name));
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const own = isNamed ? named.get(nameOfLayer(layer)) : undefined;
    return own ?? reader.child(container, count ? `${kind}_${count}` : kind);
  });
}

function numberOf(key: string): number {
  return Number(/_(\d+)$/.exec(key)?.[1] ?? 0);
}

/**
 * The first versions counted a layer with weights twice: their groups of a kind are `conv2d`, `conv2d_2` and `conv2d_4`. They stand in the order
 * of the layers all the same.
 */
function groupsInOrder(reader: Hdf5Reader, container: Hdf5Entity, layers: readonly JsonObject[]): (Hdf5Entity | null)[] {
  const kinds = layers.map((layer) => snakeCase(String(layer.class_name)));
  const left = new Map<string, string[]>();
  for (const key of [...reader.keys(container)].sort((a, b) => numberOf(a) - numberOf(b))) {
    const kind = kinds.includes(key) ? key : key.replace(/_\d+$/, '');
    left.set(kind, [...(left.get(kind) ?? []), key]);
  }
  return kinds.map((kind) => {
    const key = left.get(kind)?.shift();
    return key === undefined ? null : reader.child(container, key);
  });
}

interface NumberedLayers {
  readonly container: Hdf5Entity;
  readonly groupsOf: typeof groupsOf;
}

/** The group of the numbered layers; null in the older layout. The first versions that wrote one (of 2023) called it otherwise. */
function numberedLayers(reader: Hdf5Reader, root: Hdf5Entity): NumberedLayers | null {
  const container = reader.child(root, 'layers');
  if (container) return { container, groupsOf };
  const first = reader.child(root, '_layer_checkpoint_dependencies');
  return first && { container: first, groupsOf: groupsInOrder };
}

/** Of Keras 3's layout. @throws AppError `model-file-broken` naming the file and the weight */
function numberedWeights(reader: Hdf5Reader, root: Hdf5Entity, layers: readonly JsonObject[], models = ''): WeightValues[] {
  const numbered = numberedLayers(reader, root);
  if (!numbered) return [];
  const groups = numbered.groupsOf(reader, numbered.container, layers);
  return layers.flatMap((layer, i) => {
    const group = groups[i] ?? null;
    const path = pathOf(models, layer);
    const inner = layersInside(layer);
    if (inner) return group ? numberedWeights(reader, group, inner, `${path}/`) : [];
    return weightNames(layer).map((own, k) => {
      const name = `${path}/${own}`;
      return { name, ...reader.tensor(group, `vars/${k}`, name) };
    });
  });
}

/**
 * The weights of a model whose layers are known.
 *
 * @param root where `layer_names`, or the group `layers`, is
 * @throws AppError naming the file
 */
export function kerasWeights(reader: Hdf5Reader, root: Hdf5Entity, { config }: ModelTopology): WeightValues[] {
  if ([root, reader.root].some((entity) => reader.text(entity, 'backend') === 'theano')) {
    throw new AppError(
      'model-unsupported',
      `The weights in ${reader.fileName} are of Theano, which turns kernels around; please load the model in Keras 2 with TensorFlow, and save it from there.`,
    );
  }
  // Operations such as `x + 3` stand among the layers, and hold no weights.
  const layers = objectsIn(config.layers).filter(({ is_operation: isOperation }) => isOperation !== true);
  return numberedLayers(reader, root) ? numberedWeights(reader, root, layers) : layeredWeights(reader, root, layers);
}
