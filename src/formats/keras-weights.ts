/**
 * The weights in Keras' HDF5 files, in both of its layouts.
 *
 * The older one has a group for each layer, whose attribute `weight_names` says in which order its datasets come; `layer_names` says in which
 * order the layers do. Keras 3's own (`.weights.h5`, and inside `.keras`) has `layers/<kind>[_<number>]/vars/<number>`, layers of nested models
 * below their model's.
 */
import type { ModelTopology, WeightValues } from './artifacts.ts';
import type { Hdf5Entity, Hdf5Reader } from './hdf5.ts';
import { asObject, type JsonObject, objectsIn } from './json.ts';
import { weightNames } from './weight-names.ts';

function nameOf(layer: JsonObject): string {
  return String(asObject(layer.config)?.name ?? layer.name);
}

/** The layers of a model used as a layer; null for any other. */
function layersInside(layer: JsonObject | undefined): JsonObject[] | null {
  const { layers } = asObject(layer?.config) ?? {};
  return Array.isArray(layers) ? objectsIn(layers) : null;
}

/** All layers of a model, those of models inside it included. */
function allInside(layers: readonly JsonObject[]): JsonObject[] {
  return layers.flatMap((layer) => [layer, ...allInside(layersInside(layer) ?? [])]);
}

/**
 * How tf.js calls a weight: by its layer and its own name. Keras 2 appends `:0`; what stands before the own name may repeat the layer's,
 * or (in old versions) the model's. Only for a nested model it says which of the inner layers is meant.
 */
function weightName(layerName: string, layer: JsonObject | undefined, path: string): string {
  const plain = path.replace(/:\d+$/, '');
  const slash = plain.lastIndexOf('/');
  const own = plain.slice(slash + 1);
  const inner = layersInside(layer);
  if (inner) {
    const from = plain.slice(0, Math.max(0, slash));
    const candidates = allInside(inner).filter((candidate) => from === nameOf(candidate) || from.endsWith(`/${nameOf(candidate)}`));
    const [meant] = candidates.sort((a, b) => nameOf(b).length - nameOf(a).length);
    return weightName(meant ? nameOf(meant) : from, meant && layersInside(meant) ? undefined : meant, own);
  }
  // Keras 3 calls it kernel, Keras 2 and tf.js do not.
  return `${layerName}/${layer?.class_name === 'DepthwiseConv2D' && own === 'kernel' ? 'depthwise_kernel' : own}`;
}

/** Of the older layout. @throws AppError `model-file-broken` naming the file and the weight */
function layeredWeights(reader: Hdf5Reader, root: Hdf5Entity, layers: readonly JsonObject[]): WeightValues[] {
  const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
  const weights: WeightValues[] = [];
  for (const layerName of reader.names(root, 'layer_names')) {
    const group = reader.child(root, layerName);
    const layer = byName.get(layerName);
    for (const path of reader.names(group, 'weight_names')) {
      // Counters and seeds, which are whole numbers.
      if (/(^|\/)(count|seed_generator_state)(:\d+)?$/.test(path)) continue;
      weights.push({ name: weightName(layerName, layer, path), ...reader.tensor(group, path) });
    }
  }
  return weights;
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
 * The group of each layer, in the layers' order. Newer versions note each layer's name with its group; else groups are numbered by kind,
 * in the order of the layers.
 */
function groupsOf(reader: Hdf5Reader, container: Hdf5Entity, layers: readonly JsonObject[]): (Hdf5Entity | null)[] {
  const named = new Map<string, Hdf5Entity>();
  for (const key of reader.keys(container)) {
    const group = reader.child(container, key);
    const name = group && reader.text(reader.child(group, 'vars'), 'name');
    if (group && name) named.set(name, group);
  }
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const kind = snakeCase(String(layer.class_name));
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return named.get(nameOf(layer)) ?? reader.child(container, count ? `${kind}_${count}` : kind);
  });
}

/** The group of the numbered layers; null in the older layout. The first versions that wrote one (of 2023) called it otherwise. */
function numberedLayers(reader: Hdf5Reader, root: Hdf5Entity): Hdf5Entity | null {
  return reader.child(root, 'layers') ?? reader.child(root, '_layer_checkpoint_dependencies');
}

/** Of Keras 3's layout. @throws AppError `model-file-broken` naming the file and the weight */
function numberedWeights(reader: Hdf5Reader, root: Hdf5Entity, layers: readonly JsonObject[]): WeightValues[] {
  const container = numberedLayers(reader, root);
  if (!container) return [];
  const groups = groupsOf(reader, container, layers);
  return layers.flatMap((layer, i) => {
    const group = groups[i] ?? null;
    const inner = layersInside(layer);
    if (inner) return group ? numberedWeights(reader, group, inner) : [];
    return weightNames(layer).map((own, k) => {
      const name = `${nameOf(layer)}/${own}`;
      return { name, ...reader.tensor(group, `vars/${k}`, name) };
    });
  });
}

/**
 * The weights of a model whose layers are known.
 *
 * @param root where `layer_names`, or the group `layers`, is
 */
export function kerasWeights(reader: Hdf5Reader, root: Hdf5Entity, { config }: ModelTopology): WeightValues[] {
  // Operations such as `x + 3` stand among the layers, and hold no weights.
  const layers = objectsIn(config.layers).filter(({ is_operation: isOperation }) => isOperation !== true);
  return numberedLayers(reader, root) ? numberedWeights(reader, root, layers) : layeredWeights(reader, root, layers);
}
