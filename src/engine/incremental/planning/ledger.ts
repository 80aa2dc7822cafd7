/** The arithmetic of incremental evaluation without numbers: what it takes of the kept pass, what it costs, and how much it holds at a time. */
import type { ChangeRule } from '../../../formats/layers/kinds/layer-kind.ts';
import { flagsOf, type GraphNode, type LayerGraph, type NodeId } from '../../graph/layer-graph.ts';
import { BYTES_PER_VALUE } from '../../graph/tail-memory.ts';
import type { Arithmetic, BaseKind, LaidOut } from '../arithmetic.ts';
import { type BaseRequests, remainderKey } from '../bases.ts';
import { type Channels, countOf } from '../part.ts';

/** A tensor's shape for one copy, without the batch, and what it shares its memory with. */
export interface Entry {
  readonly sides: readonly number[];
  readonly buffer: { readonly bytes: number; holders: number };
}

/** More than any layer has: a channel's number times this, and another one's, are one number for both. */
const MOST_CHANNELS = 2 ** 26;

/** What factors by themselves take. */
const NUMBERS = 4;

/** Layers whose result has other cells than what they take. */
const SLIDING: ReadonlySet<ChangeRule> = new Set(['filtered', 'filtered-whole', 'filtered-apart', 'spread', 'spread-apart', 'maximum']);

/** Layers that take all channels for each of the result's. */
const MIXING: ReadonlySet<ChangeRule> = new Set(['filtered', 'filtered-whole', 'spread']);

// Loops, as plans are made for every layer of a network.
function product(sides: readonly (number | null)[]): number {
  let values = 1;
  for (const side of sides) values *= side ?? 1;
  return values;
}

function cellsIn([rows = 1, columns = 1]: readonly number[]): number {
  return rows * columns;
}

/** The same with another last side. */
function withChannels(sides: readonly number[], channels: number): number[] {
  const own = [...sides];
  own[own.length - 1] = channels;
  return own;
}

/** What a part of a layer is as large as, of the whole: its result's cells, and the channels that it takes. */
function sidesOf({ shape }: GraphNode): number[] {
  const sides: number[] = [];
  for (let i = 1; i < shape.length; i++) sides.push(shape[i] ?? 1);
  return sides;
}

export class Ledger implements Arithmetic<Entry> {
  readonly #graph: LayerGraph;
  /** The nodes whose activations are made anew. */
  readonly #steps: readonly NodeId[];
  readonly #activations = new Set<NodeId>();
  readonly #linear = new Set<NodeId>();
  readonly #remainders = new Map<NodeId, Map<string, readonly Channels[]>>();
  /** Whose remainders are made anew for every batch. */
  readonly #moving = new Set<NodeId>();
  /** By node, and by the first and last channel of a part. */
  readonly #weights = new Map<NodeId, Map<number, number>>();
  readonly #movingBatch: number | null;
  #live = 0;
  /** The most bytes held at a time for each copy. */
  peakBytes = 0;
  /** The largest tensor of a copy, in bytes. */
  largestBytes = 0;
  macs = 0;
  /** All that is written. */
  values = 0;

  /** @param movingBatch of how many copies a batch is, where the channels that they change are others in every batch; null: they are the same */
  constructor(graph: LayerGraph, steps: readonly NodeId[], movingBatch: number | null = null) {
    this.#graph = graph;
    this.#movingBatch = movingBatch;
    this.#steps = steps;
  }

  get requests(): BaseRequests {
    return { activations: this.#activations, linear: this.#linear, remainders: this.#remainders };
  }

  /** What is held for the whole sweep, in bytes. */
  get keptBytes(): number {
    const valuesOf = (id: NodeId) => product(this.#graph.nodes[id]?.shape ?? []);
    let values = valuesOf(this.#graph.output) + NUMBERS;
    const isAnew = flagsOf(this.#graph, this.#steps);
    for (const id of this.#activations) if (isAnew[id]) values += valuesOf(id);
    for (const id of this.#linear) values += valuesOf(id);
    for (const [id, remainders] of this.#remainders) values += valuesOf(id) * (remainders.size + 1);
    for (const id of this.#moving) values += 2 * valuesOf(id);
    for (const sizes of this.#weights.values()) for (const size of sizes.values()) values += size;
    return values * BYTES_PER_VALUE;
  }

  /** What another run keeps is kept as well, and what holds the more at a time counts. */
  include(other: Ledger): void {
    for (const id of other.#activations) this.#activations.add(id);
    for (const id of other.#linear) this.#linear.add(id);
    for (const id of other.#moving) this.#moving.add(id);
    this.peakBytes = Math.max(this.peakBytes, other.peakBytes);
    this.largestBytes = Math.max(this.largestBytes, other.largestBytes);
  }

  /** @param temporaryValues held beside it while it is made */
  make(sides: readonly number[], temporaryValues = 0): Entry {
    const values = product(sides);
    const bytes = values * BYTES_PER_VALUE;
    this.#live += bytes;
    this.values += values;
    this.peakBytes = Math.max(this.peakBytes, this.#live + temporaryValues * BYTES_PER_VALUE);
    this.largestBytes = Math.max(this.largestBytes, bytes);
    return { sides, buffer: { bytes, holders: 1 } };
  }

  base(id: NodeId, kind: BaseKind): Entry {
    const node = this.#graph.nodes[id];
    if (!node) throw new Error(`there is no node ${id}`);
    (kind === 'linear' && node.hasActivation ? this.#linear : this.#activations).add(id);
    return { sides: sidesOf(node), buffer: { bytes: 0, holders: Number.POSITIVE_INFINITY } };
  }

  remainder(node: GraphNode, dense: readonly Channels[]): Entry {
    if (dense.length === 0) return this.base(node.id, 'linear');
    if (this.#movingBatch !== null) {
      const share = dense.reduce((sum, range) => sum + countOf(range), 0) / this.#inputChannels(node);
      this.macs += (node.macs * share) / this.#movingBatch;
      this.#moving.add(node.id);
      this.base(node.inputs[0] ?? -1, 'activation');
      return this.base(node.id, 'linear');
    }
    const known = this.#remainders.get(node.id) ?? new Map<string, readonly Channels[]>();
    known.set(remainderKey(dense), dense);
    this.#remainders.set(node.id, known);
    return { sides: sidesOf(node), buffer: { bytes: 0, holders: Number.POSITIVE_INFINITY } };
  }

  lay({ at, map, channels }: LaidOut<Entry>): Entry {
    const cells = at === 'dense' ? [map.rows, map.columns] : [at.rows.size, at.columns.size];
    return this.make([...cells, channels]);
  }

  subtract(a: Entry): Entry {
    return this.make(a.sides);
  }

  add(a: Entry): Entry {
    return this.make(a.sides);
  }

  join(xs: readonly Entry[]): Entry {
    const [first] = xs;
    if (!first) throw new Error('there is nothing to join');
    const channels = xs.reduce((sum, { sides }) => sum + (sides.at(-1) ?? 1), 0);
    return this.make([...first.sides.slice(0, -1), channels]);
  }

  /** What is multiplied for a part of the layer, and what it holds on its way. */
  #part(node: GraphNode, sides: readonly number[], share: number, channels: Channels | null): Entry {
    const whole = sidesOf(node);
    const outShare = product(sides) / product(whole);
    const cells = whole.length === 3 ? cellsIn(sides) / cellsIn(whole) : 1;
    this.macs += node.macs * cells * share;
    if (channels && share < 1) {
      const sizes = this.#weights.get(node.id) ?? new Map<number, number>();
      sizes.set(channels.from * MOST_CHANNELS + channels.to, node.weightValues * share);
      this.#weights.set(node.id, sizes);
    }
    return this.make(sides, node.temporaryValues * outShare);
  }

  #inputChannels({ inputs: [id = -1] }: GraphNode): number {
    return this.#graph.nodes[id]?.shape.at(-1) ?? 1;
  }

  run(node: GraphNode, [x]: readonly Entry[], channels: Channels | null): Entry {
    const whole = sidesOf(node);
    const isSliding = SLIDING.has(node.change) || node.shape.length !== 4 || node.inputWindows.includes('dense');
    const share = channels ? countOf(channels) / this.#inputChannels(node) : 1;
    const out = Math.round((whole.at(-1) ?? 1) * (node.inputs.length === 1 ? share : 1));
    return this.#part(node, withChannels(isSliding ? whole : (x?.sides ?? [1]), out), share, channels);
  }

  /** What comes out of a frame. */
  #framed(node: GraphNode, x: Entry): number[] {
    const [window = 'dense'] = node.inputWindows;
    const [rows = 1, columns = 1] = x.sides;
    if (window === 'dense') return [rows, columns];
    const isSpread = node.change.startsWith('spread');
    const side = (length: number, { size, stride, spacing }: typeof window.rows) =>
      isSpread ? (length - 1) * spacing + size : Math.floor((length - size) / stride) + 1;
    return [side(rows, window.rows), side(columns, window.columns)];
  }

  onFrame(node: GraphNode, x: Entry, channels: Channels): Entry {
    const share = countOf(channels) / this.#inputChannels(node);
    const all = node.shape.at(-1) ?? 1;
    const isApart = !MIXING.has(node.change);
    return this.#part(node, [...this.#framed(node, x), isApart ? Math.round(all * share) : all], share, channels);
  }

  onMap(node: GraphNode, _x: Entry, channels: Channels): Entry {
    return this.#part(node, sidesOf(node), countOf(channels) / this.#inputChannels(node), channels);
  }

  rescale(node: GraphNode, x: Entry): Entry {
    if (!/AveragePooling2D$/.test(node.kind)) return x;
    const scaled = this.make(x.sides, cellsIn(x.sides));
    this.free([x]);
    return scaled;
  }

  activate(node: GraphNode, x: Entry): Entry {
    return this.make(x.sides, (node.temporaryValues * product(x.sides)) / product(sidesOf(node)));
  }

  sum(x: Entry): Entry {
    const channels = x.sides.at(-1) ?? 1;
    return this.make([1, 1, channels], channels);
  }

  reshape(x: Entry, shape: readonly (number | null)[]): Entry {
    x.buffer.holders++;
    return { sides: shape.slice(1).map((side) => side ?? 1), buffer: x.buffer };
  }

  copy(x: Entry): Entry {
    x.buffer.holders++;
    return { sides: x.sides, buffer: x.buffer };
  }

  free(xs: readonly Entry[]): void {
    for (const { buffer } of xs) if (--buffer.holders === 0) this.#live -= buffer.bytes;
  }
}
