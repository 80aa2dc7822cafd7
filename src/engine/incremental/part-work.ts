/** What rules do with parts: bring them to another window, take differences, and look up what stands in the kept pass. */
import type { Grid } from '../../core/maps/grid.ts';
import { flagsOf, type GraphNode, type LayerGraph, type NodeId } from '../graph/layer-graph.ts';
import type { Arithmetic, Place } from './arithmetic.ts';
import { type Channels, countOf, type Part, tensorsOf, type Value, type Windowed } from './part.ts';
import { cellsOf, isInside, isSameWindow, type Thresholds, type Window } from './window.ts';

export function mapOf({ shape }: GraphNode): Grid {
  return { rows: shape[1] ?? 1, columns: shape[2] ?? 1 };
}

export function channelsOf({ shape }: GraphNode): Channels {
  return { from: 0, to: shape.at(-1) ?? 1 };
}

/** Some channels of a node that is kept, and how many of those asked for come before. */
interface Piece {
  readonly id: NodeId;
  readonly channels: Channels;
  readonly first: number;
}

/** What lies in a window. */
export type InWindow<T> = Exclude<Part<T>, { kind: 'dense' | 'unchanged' }>;

export class PartWork<T> {
  readonly graph: LayerGraph;
  readonly arithmetic: Arithmetic<T>;

  /** The nodes that are worked out anew. */
  readonly #isAnew: Uint8Array;

  readonly thresholds: Thresholds;

  constructor(graph: LayerGraph, steps: readonly NodeId[], arithmetic: Arithmetic<T>, thresholds: Thresholds) {
    this.graph = graph;
    this.arithmetic = arithmetic;
    this.thresholds = thresholds;
    this.#isAnew = flagsOf(graph, steps);
  }

  node(id: NodeId): GraphNode {
    const node = this.graph.nodes[id];
    if (!node) throw new Error(`there is no node ${id}`);
    return node;
  }

  /** Whether it is a step, and not a cut. */
  isAnew(id: NodeId): boolean {
    return this.#isAnew[id] === 1;
  }

  fillsMap(window: Window, { rows, columns }: Grid): boolean {
    return cellsOf(window) >= this.thresholds.denseShare * rows * columns;
  }

  /** Whether it is not worth while to go on with a window that has grown into this one. */
  isTooLarge(before: Window, after: Window, map: Grid): boolean {
    return this.fillsMap(after, map) || (cellsOf(after) > cellsOf(before) && Math.min(map.rows, map.columns) < this.thresholds.leastMap);
  }

  /** The node's activation in the kept pass, at a place of its map. */
  base(id: NodeId, channels: Channels, at: Place): T {
    return this.#over(null, id, channels, at);
  }

  /** A part's activation at a place that its window lies in. */
  spread(part: Exclude<Part<T>, { kind: 'dense' }>, id: NodeId, at: Place, fill?: number): T {
    if (part.kind === 'unchanged') return this.#over(null, id, part, at, fill);
    return this.#over(part, id, part, at, fill);
  }

  /** A part's values over those of the kept pass. */
  #over(part: InWindow<T> | null, id: NodeId, channels: Channels, at: Place, fill?: number): T {
    const pieces = this.#kept(id, channels).map(({ id: from, channels: own, first }) => {
      const over = part && { x: part.kind === 'window' ? part.x : part.difference, at: part.window, channel: first };
      const under = { x: this.arithmetic.base(from, 'activation'), at: 'dense' as const, channel: own.from };
      const isAdded = part?.kind === 'difference';
      return this.arithmetic.lay({ over, under, at, map: mapOf(this.node(from)), channels: countOf(own), isAdded, fill });
    });
    return this.joined(pieces);
  }

  /** Where some of a node's channels are kept: concatenations are not, but what they join. */
  #kept(id: NodeId, channels: Channels, first = 0): Piece[] {
    const { change, inputs } = this.node(id);
    if (change !== 'joined' || !this.#isAnew[id]) return [{ id, channels, first }];
    let start = 0;
    return inputs.flatMap((input) => {
      const end = start + channelsOf(this.node(input)).to;
      const shared = { from: Math.max(channels.from, start), to: Math.min(channels.to, end) };
      const own = { from: shared.from - start, to: shared.to - start };
      const before = first + shared.from - channels.from;
      start = end;
      return own.to > own.from ? this.#kept(input, own, before) : [];
    });
  }

  /** One tensor of several, which are freed. */
  joined(xs: readonly T[]): T {
    const [only] = xs;
    if (xs.length === 1 && only !== undefined) return only;
    const all = this.arithmetic.join(xs);
    this.arithmetic.free(xs);
    return all;
  }

  /** What a part changes inside its window, to be freed. */
  difference(part: InWindow<T>): T {
    return part.kind === 'difference' ? this.arithmetic.copy(part.difference) : this.arithmetic.subtract(part.x, part.base);
  }

  /** The difference at a place that its window lies in, and nothing beyond the map; to be freed. */
  differenceAt(part: InWindow<T>, at: Place, map: Grid): T {
    const own = this.difference(part);
    if (at !== 'dense' && isSameWindow(at, part.window) && isInside(at, map)) return own;
    const laid = this.arithmetic.lay({
      over: { x: own, at: part.window, channel: 0 },
      under: null,
      at,
      map,
      channels: countOf(part),
    });
    this.arithmetic.free([own]);
    return laid;
  }

  /** All channels' differences at a window that all changes lie in. */
  allDifferences(value: Value<T>, at: Window, map: Grid): T {
    return this.joined(
      value.map((part) => {
        if (part.kind === 'dense') throw new Error('a dense part has no window');
        if (part.kind !== 'unchanged') return this.differenceAt(part, at, map);
        return this.arithmetic.lay({ over: null, under: null, at, map, channels: countOf(part) });
      }),
    );
  }

  /** Some of a part's channels, to be freed by themselves. */
  cut(part: Part<T>, channels: Channels, map: Grid): Part<T> {
    const of = (x: T, at: Place) => {
      const under = { x, at, channel: channels.from - part.from };
      return this.arithmetic.lay({ over: null, under, at, map, channels: countOf(channels) });
    };
    if (part.kind === 'dense') return { ...part, ...channels, x: of(part.x, 'dense') };
    if (part.kind === 'difference') return { ...part, ...channels, difference: of(part.difference, part.window) };
    if (part.kind === 'window') return { ...part, ...channels, x: of(part.x, part.window), base: of(part.base, part.window) };
    return { ...part, ...channels };
  }

  /** A part with its values and those of the kept pass. Its tensors are to be freed where it is another part (see `forget`). */
  absolute(part: InWindow<T>, id: NodeId): Windowed<T> {
    if (part.kind === 'window') return part;
    const { from, to, window } = part;
    const base = this.base(id, part, window);
    return { kind: 'window', from, to, window, base, x: this.arithmetic.add(part.difference, base) };
  }

  /** Frees what was made of a part. */
  forget(made: Part<T>, part: Part<T>): void {
    if (made !== part) this.arithmetic.free(tensorsOf(made));
  }

  /** All of a node's activation, of every copy; to be freed. */
  dense(value: Value<T>, id: NodeId): T {
    const node = this.node(id);
    if (node.shape.length !== 4) return this.#denseVector(value, id);
    return this.joined(value.map((part) => (part.kind === 'dense' ? this.arithmetic.copy(part.x) : this.spread(part, id, 'dense'))));
  }

  #denseVector([part]: Value<T>, id: NodeId): T {
    if (part?.kind === 'dense') return this.arithmetic.copy(part.x);
    const { shape } = this.node(id);
    const values = shape.reduce<number>((product, side) => product * (side ?? 1), 1);
    const flat = this.arithmetic.reshape(this.arithmetic.base(id, 'activation'), [null, 1, 1, values]);
    const under = { x: flat, at: 'dense' as const, channel: 0 };
    const repeated = this.arithmetic.lay({ over: null, under, at: 'dense', map: { rows: 1, columns: 1 }, channels: values });
    const laid = this.arithmetic.reshape(repeated, shape);
    this.arithmetic.free([flat, repeated]);
    return laid;
  }

  /** All channels at a window that all changes lie in: in every copy, and in the kept pass; to be freed. */
  atWindow(value: Value<T>, id: NodeId, at: Window): { readonly x: T; readonly base: T } {
    const [only] = value;
    if (value.length === 1 && only?.kind === 'window' && isSameWindow(only.window, at))
      return { x: this.arithmetic.copy(only.x), base: this.arithmetic.copy(only.base) };
    const x = this.joined(
      value.map((part) => {
        if (part.kind === 'dense') throw new Error('a dense part has no window');
        return this.spread(part, id, at);
      }),
    );
    return { x, base: this.base(id, channelsOf(this.node(id)), at) };
  }

  /** The same part with tensors to be freed by themselves, and with values where it has a difference. */
  own(part: Part<T>, id: NodeId): Part<T> {
    const { arithmetic } = this;
    if (part.kind === 'dense') return { ...part, x: arithmetic.copy(part.x) };
    if (part.kind === 'window') return { ...part, x: arithmetic.copy(part.x), base: arithmetic.copy(part.base) };
    return part.kind === 'difference' ? this.absolute(part, id) : part;
  }
}
