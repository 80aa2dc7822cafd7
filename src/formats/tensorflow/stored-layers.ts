/**
 * The layers whose weights a checkpoint holds, in the order of the network.
 *
 * Keras 2 numbers those that have weights (`layer_with_weights-0`), Keras 3 all of them (`_operations/1`), and whoever writes a class of
 * their own calls them as they like. The graph of objects is followed, not the tensors' names: a name tells one way to a tensor of several,
 * and the shortest one need not lead through the layer.
 */
import { type Checkpoint, isFloat } from './checkpoint.ts';
import { type ObjectGraph, objectGraphOf, type Variable } from './object-graph.ts';

export interface StoredWeight {
  /** In its layer, such as `kernel`. */
  readonly own: string;
  readonly key: string;
  readonly shape: readonly number[];
}

export interface StoredLayer {
  /** As it was called where it was made; empty where nothing says so. */
  readonly name: string;
  readonly weights: readonly StoredWeight[];
}

export interface StoredModel {
  /** The names that lead to it, such as `model`; empty for the checkpoint as a whole. */
  readonly path: string;
  readonly layers: readonly StoredLayer[];
  /** Layers in the order of the network; layers in any order, to be told by their names; or one list of weights, in the order of the network. */
  readonly order: 'layers' | 'names' | 'weights';
}

export interface StoredModels {
  readonly models: readonly StoredModel[];
  /** Layers that are in none of them. */
  readonly beside: readonly StoredLayer[];
}

/** What training keeps beside the layers, and lists of what is listed elsewhere too. */
const NO_LAYERS =
  /^(optimizer|_?optimizers?\w*|keras_api|signatures|metrics|_?compile_metrics|_metrics|loss|losses|regularization_losses|history|save_counter|variables|_?(non_)?trainable_(variables|weights)|_variables|_all_variables|layer_metrics|layer_regularization_losses)$/;

/** What every optimiser keeps, whatever it is called: its steps, and how far each goes. */
const OF_OPTIMIZER = [/^_?iter(ations)?$/, /^_?(learning_rate|lr)$/];

/** Before what an optimiser keeps where there is no graph of objects: as Keras called it of old, and since. */
const BELOW_OPTIMIZER = /^(training|Adadelta|Adagrad|Adam|AdamW|Adamax|Ftrl|Lion|Momentum|Nadam|RMSprop|SGD)(_\d+)?\//;

/** Single numbers are counters, rates and metrics; but a Normalization may have one for all channels. */
function isWeight({ own, shape }: StoredWeight): boolean {
  return shape.length > 0 || own === 'mean' || own === 'variance';
}

/** A model in a model in a model: more than this is a circle, or made to do harm. */
const MAX_DEPTH = 32;

function numbered(node: ObjectGraph[number] | undefined, pattern: RegExp): number[] {
  const found = (node?.children ?? []).flatMap(([name, id]): [number, number][] => {
    const number = pattern.exec(name)?.[1];
    return number === undefined ? [] : [[Number(number), id]];
  });
  return found.sort(([a], [b]) => a - b).map(([, id]) => id);
}

/** The layer of `conv2d_1/kernel:0`. */
function layerOf(name: string): string {
  const slash = name.lastIndexOf('/');
  return name.slice(0, Math.max(0, slash));
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
}

/** The own name that Keras gives a weight: attributes may be private (`_kernel`), or called after what sets them (`adapt_mean`). */
function ownName(attribute: string): string {
  return attribute.replace(/^_+/, '').replace(/^adapt_/, '');
}

class Layers {
  readonly #graph: ObjectGraph;
  readonly #checkpoint: Checkpoint;
  /** Objects whose layers are known: a circle ends here, and so does what many lead to. */
  readonly #seen = new Set<number>();

  constructor(graph: ObjectGraph, checkpoint: Checkpoint) {
    this.#graph = graph;
    this.#checkpoint = checkpoint;
  }

  /** Of an attribute's object; newer versions of Keras put the variable of TensorFlow into one of their own. */
  #variable(node: number): Variable | null {
    const value = this.#child(node, '_value');
    return this.#graph[node]?.variable ?? (value === null ? null : (this.#graph[value]?.variable ?? null));
  }

  #child(node: number, name: string): number | null {
    return this.#graph[node]?.children.find(([own]) => own === name)?.[1] ?? null;
  }

  /** The layers of a model of Keras; null for any other object. */
  #listed(node: number): number[] | null {
    const ofKeras2 = numbered(this.#graph[node], /^layer_with_weights-(\d+)$/);
    if (ofKeras2.length > 0) return ofKeras2;
    for (const list of ['_operations', '_functional', '_layers']) {
      const id = this.#child(node, list);
      const ids = id === null ? [] : list === '_functional' ? (this.#listed(id) ?? []) : numbered(this.#graph[id], /^(\d+)$/);
      if (ids.length > 0) return ids;
    }
    return null;
  }

  #own(node: number): StoredLayer[] {
    const weights = new Map<string, StoredWeight>();
    let name = '';
    for (const [attribute, id] of this.#graph[node]?.children ?? []) {
      const variable = this.#variable(id);
      const entry = variable && this.#checkpoint.entries.get(variable.key);
      const own = ownName(attribute);
      if (!entry || !isFloat(entry) || weights.has(own)) continue;
      weights.set(own, { own, key: entry.key, shape: entry.shape });
      name ||= layerOf(variable.name);
    }
    const all = [...weights.values()];
    return all.some(isWeight) ? [{ name, weights: all }] : [];
  }

  #isOptimizer(node: number): boolean {
    const { children = [] } = this.#graph[node] ?? {};
    return OF_OPTIMIZER.every((pattern) => children.some(([name]) => pattern.test(name)));
  }

  /** All layers with weights in here, in their order. */
  #under(node: number, depth = 0): StoredLayer[] {
    if (depth > MAX_DEPTH || this.#seen.has(node)) return [];
    this.#seen.add(node);
    const listed = this.#listed(node);
    if (listed) return listed.flatMap((id) => this.#under(id, depth + 1));
    // What wraps a layer calls it so.
    const inner = this.#child(node, 'layer');
    return [...this.#own(node), ...(inner === null ? [] : this.#under(inner, depth + 1))];
  }

  /** What an exported model lists: all of its weights, layer by layer. Null where there is no such list. */
  #list(): StoredModel | null {
    for (const name of ['variables', '_variables']) {
      const list = this.#child(0, name);
      const weights = (list === null ? [] : numbered(this.#graph[list], /^(\d+)$/)).flatMap((id): StoredWeight[] => {
        const variable = this.#variable(id);
        const entry = variable && this.#checkpoint.entries.get(variable.key);
        return entry && isFloat(entry) ? [{ own: lastPart(variable.name), key: entry.key, shape: entry.shape }] : [];
      });
      if (weights.length > 0) return { path: '', layers: [{ name: '', weights }], order: 'weights' };
    }
    return null;
  }

  /** The outermost models of Keras, and the layers that are in none. */
  found(): StoredModels {
    const models: StoredModel[] = [];
    const others: number[] = [];
    const visited = new Set([0]);
    let level: (readonly [string, number])[] = [['', 0]];
    while (level.length > 0) {
      const next: (readonly [string, number])[] = [];
      for (const [path, node] of level) {
        if (this.#listed(node)) {
          const layers = this.#under(node);
          if (layers.length > 0) models.push({ path, layers, order: 'layers' });
          continue;
        }
        others.push(node);
        for (const [name, id] of this.#graph[node]?.children ?? []) {
          if (visited.has(id) || NO_LAYERS.test(name) || this.#isOptimizer(id)) continue;
          visited.add(id);
          next.push([path === '' ? name : `${path}/${name}`, id]);
        }
      }
      level = next;
    }
    const beside = others.filter((node) => !this.#seen.has(node)).flatMap((node) => this.#own(node));
    if (models.length > 0) return { models, beside };
    const list = beside.length === 0 ? this.#list() : null;
    return { models: [list ?? { path: '', layers: beside, order: 'names' }], beside: [] };
  }
}

/** What an optimiser keeps of a weight stands below the weight's own name, or below its own; counters stand alone. */
function namedLayers(checkpoint: Checkpoint): StoredLayer[] {
  const layers = new Map<string, StoredWeight[]>();
  for (const entry of checkpoint.entries.values()) {
    const layer = layerOf(entry.key);
    if (layer === '' || !isFloat(entry) || checkpoint.entries.has(layer) || BELOW_OPTIMIZER.test(entry.key)) continue;
    const weight = { own: lastPart(entry.key), key: entry.key, shape: entry.shape };
    const known = layers.get(layer);
    if (known) known.push(weight);
    else layers.set(layer, [weight]);
  }
  return [...layers].map(([name, weights]) => ({ name, weights })).filter(({ weights }) => weights.some(isWeight));
}

/** @throws AppError `model-file-broken` naming the file */
export function storedModels(checkpoint: Checkpoint): StoredModels {
  const graph = objectGraphOf(checkpoint);
  if (!graph) return { models: [{ path: '', layers: namedLayers(checkpoint), order: 'names' }], beside: [] };
  return new Layers(graph, checkpoint).found();
}
