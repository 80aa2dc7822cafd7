/**
 * All that incremental evaluation does with numbers. It is done twice: with tensors (`tensor-arithmetic.ts`), and before, without numbers, to
 * find out what of the kept pass it takes, and what it costs (`planning/ledger.ts`).
 */
import type { Grid } from '../../core/maps/grid.ts';
import type { GraphNode, NodeId } from '../graph/layer-graph.ts';
import type { Channels } from './part.ts';
import type { Window } from './window.ts';

/** Where a tensor's cells lie on a map. */
export type Place = Window | 'dense';

export interface Sheet<T> {
  readonly x: T;
  readonly at: Place;
  /** The first of its channels that are taken. */
  readonly channel: number;
}

export interface LaidOut<T> {
  readonly over: Sheet<T> | null;
  readonly under: Sheet<T> | null;
  readonly at: Place;
  readonly map: Grid;
  readonly channels: number;
  readonly isAdded?: boolean;
  /** What stands where there is nothing, and beyond the map; zero where it is left out. */
  readonly fill?: number | undefined;
}

/** What of the kept pass is taken as it is, by its kind: see `bases.ts`. */
export type BaseKind = 'activation' | 'linear';

export interface Arithmetic<T> {
  /** Of the kept pass, `[1, ...]`; not to be freed. */
  base(id: NodeId, kind: BaseKind): T;
  /** The linear base of a node less what these ranges of its input contribute. */
  remainder(node: GraphNode, dense: readonly Channels[]): T;
  lay(laid: LaidOut<T>): T;
  /** Of one shape. */
  subtract(a: T, b: T): T;
  /** `b` may have a batch of one. */
  add(a: T, b: T): T;
  /** Along the channels, which the last axis is. */
  join(xs: readonly T[]): T;
  /** The whole layer for a range of its channels, wherever its cells lie. */
  run(node: GraphNode, xs: readonly T[], channels: Channels | null): T;
  /** The layer without bias, activation and padding. */
  onFrame(node: GraphNode, x: T, channels: Channels): T;
  /** The layer without bias and activation. */
  onMap(node: GraphNode, x: T, channels: Channels): T;
  /** The activation that a layer ends with, if it has one. */
  activate(node: GraphNode, x: T): T;
  /** The sum over all cells times a number, with a grid of a single cell. */
  sum(x: T, factor: number): T;
  /** What `onFrame` gave for these cells, where the layer divides by fewer cells near the border; it is freed. */
  rescale(node: GraphNode, x: T, at: Window): T;
  reshape(x: T, shape: readonly (number | null)[]): T;
  /** The same values, to be freed by themselves. */
  copy(x: T): T;
  free(xs: readonly T[]): void;
}
