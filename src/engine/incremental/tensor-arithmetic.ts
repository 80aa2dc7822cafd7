/** The arithmetic of incremental evaluation, with tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { lay } from '../backend/lay-kernel.ts';
import type { Origins, Source } from '../backend/laying.ts';
import { joined } from '../backend/own-cells.ts';
import type { GraphNode, LayerGraph, NodeId } from '../graph/layer-graph.ts';
import { activationOf } from '../layers/activation-of.ts';
import type { Arithmetic, BaseKind, LaidOut, Place, Sheet } from './arithmetic.ts';
import type { Bases } from './bases.ts';
import type { LayerParts } from './layer-parts.ts';
import type { Channels } from './part.ts';
import type { Window } from './window.ts';

/** Where the items' own windows start on the layer, `[batch]` each: in cells, or as the number of one of the starts that were planned. */
export interface Positions {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Tensors of different batches, flattened: broadcasting over one axis is much quicker on WASM than over several. */
function flat(x: tf.Tensor): tf.Tensor {
  const [batch = 1] = x.shape;
  return tf.reshape(x, [batch, x.size / batch]);
}

/** Of one batch of items. What is left of its tensors is freed with `dispose`. */
export class TensorArithmetic implements Arithmetic<tf.Tensor> {
  readonly #graph: LayerGraph;
  readonly #bases: Bases;
  readonly #parts: LayerParts;
  readonly #positions: Positions;
  readonly #origins = new Map<Window, Origins>();
  readonly #live = new Set<tf.Tensor>();
  readonly #isMoving: boolean;

  /** @param isMoving whether the channels that copies change are others in every batch, so that nothing was kept for them */
  constructor(graph: LayerGraph, bases: Bases, parts: LayerParts, positions: Positions, isMoving = false) {
    this.#graph = graph;
    this.#bases = bases;
    this.#parts = parts;
    this.#positions = positions;
    this.#isMoving = isMoving;
  }

  #own<Made extends tf.Tensor>(x: Made): Made {
    this.#live.add(x);
    return x;
  }

  #originsOf(place: Place): Origins {
    if (place === 'dense') return null;
    const known = this.#origins.get(place);
    if (known) return known;
    const { rows, columns } = this.#positions;
    const origins = {
      rows: rows.map((start) => place.rows.starts[start] ?? 0),
      columns: columns.map((start) => place.columns.starts[start] ?? 0),
    };
    this.#origins.set(place, origins);
    return origins;
  }

  #source(sheet: Sheet<tf.Tensor> | null): Source | null {
    return sheet && { x: sheet.x as tf.Tensor4D, origins: this.#originsOf(sheet.at), channel: sheet.channel };
  }

  base(id: NodeId, kind: BaseKind): tf.Tensor {
    const node = this.#graph.nodes[id];
    if (!node) throw new Error(`there is no node ${id}`);
    return this.#bases.get(node, kind);
  }

  remainder(node: GraphNode, dense: readonly Channels[]): tf.Tensor {
    const input = this.#graph.nodes[node.inputs[0] ?? -1];
    if (!this.#isMoving || !input || dense.length === 0) return this.#bases.remainder(node, dense);
    return this.#own(this.#bases.makeRemainder(node, input, dense, this.#parts));
  }

  lay({ over, under, at, map, channels, isAdded = false, fill = 0 }: LaidOut<tf.Tensor>): tf.Tensor {
    const [rows, columns] = at === 'dense' ? [map.rows, map.columns] : [at.rows.size, at.columns.size];
    const shape = [this.#positions.rows.length, rows, columns, channels] as const;
    const laying = { shape, origins: this.#originsOf(at), rows: map.rows, columns: map.columns, fill, isAdded };
    return this.#own(lay(laying, this.#source(over), this.#source(under)));
  }

  subtract(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
    return this.#own(tf.sub(a, b));
  }

  add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
    if (a.shape[0] === b.shape[0]) return this.#own(tf.add(a, b));
    return this.#own(tf.tidy(() => tf.reshape(tf.add(flat(a), flat(b)), a.shape)));
  }

  join(xs: readonly tf.Tensor[]): tf.Tensor {
    return this.#own(joined(xs));
  }

  run(node: GraphNode, xs: readonly tf.Tensor[], channels: Channels | null): tf.Tensor {
    return this.#own(this.#parts.of(node, channels).run(xs));
  }

  onFrame(node: GraphNode, x: tf.Tensor, channels: Channels): tf.Tensor {
    return this.#own(this.#parts.of(node, channels).onFrame(x as tf.Tensor4D));
  }

  onMap(node: GraphNode, x: tf.Tensor, channels: Channels): tf.Tensor {
    return this.#own(this.#parts.of(node, channels).onMap(x as tf.Tensor4D));
  }

  rescale(node: GraphNode, x: tf.Tensor, at: Window): tf.Tensor {
    const share = this.#parts.share(node);
    if (!share) return x;
    const [, rows, columns] = node.shape;
    const map = { rows: rows ?? 1, columns: columns ?? 1 };
    const own = this.lay({ over: null, under: { x: share, at: 'dense', channel: 0 }, at, map, channels: 1 });
    const scaled = this.#own(tf.mul(x, own));
    this.free([x, own]);
    return scaled;
  }

  activate({ layer }: GraphNode, x: tf.Tensor): tf.Tensor {
    const activation = layer && activationOf(layer);
    return this.#own(activation ? activation.apply(x) : tf.reshape(x, x.shape));
  }

  sum(x: tf.Tensor, factor: number): tf.Tensor {
    const [, rows, columns] = x.shape as [number, number, number, number];
    return this.#own(tf.tidy(() => tf.mul(tf.avgPool(x as tf.Tensor4D, [rows, columns], 1, 'valid'), factor * rows * columns)));
  }

  reshape(x: tf.Tensor, [, ...sides]: readonly (number | null)[]): tf.Tensor {
    return this.#own(tf.reshape(x, [x.shape[0] ?? 1, ...sides.map((side) => side ?? 1)]));
  }

  /** A reshaped view shares its values; WASM copies those of a clone. */
  copy(x: tf.Tensor): tf.Tensor {
    return this.#own(tf.reshape(x, x.shape));
  }

  free(xs: readonly tf.Tensor[]): void {
    for (const x of xs) {
      x.dispose();
      this.#live.delete(x);
    }
  }

  /** The result is the caller's. */
  release(x: tf.Tensor): tf.Tensor {
    this.#live.delete(x);
    return x;
  }

  /** A tensor of the caller's, which is freed here. */
  take(x: tf.Tensor): tf.Tensor {
    return this.#own(x);
  }

  dispose(): void {
    tf.dispose([...this.#live]);
    this.#live.clear();
  }
}
