/** Whether and how a sweep's tail is worked out incrementally: decided once, before anything runs. */
import type { Grid } from '../../../core/maps/grid.ts';
import type { WorkSize } from '../../../explain/layer-info.ts';
import type { GraphNode, LayerGraph, NodeId, Tail } from '../../graph/layer-graph.ts';
import type { BaseRequests } from '../bases.ts';
import { evaluate } from '../evaluation.ts';
import type { Channels, Value } from '../part.ts';
import { Sides, THRESHOLDS, type Thresholds, type Window } from '../window.ts';
import { type Entry, Ledger } from './ledger.ts';

/** From this share of the whole tail on, that is as quick, and simpler. */
export const LEAST_GAIN = 0.9;

/** What a sweep's copies take. */
export interface CopiesPlan {
  readonly requests: BaseRequests;
  /** For one copy. */
  readonly work: WorkSize;
  readonly memory: { readonly peakBytes: number; readonly largestBytes: number };
  /** What is held for the whole sweep, in bytes. */
  readonly keptBytes: number;
  readonly thresholds: Thresholds;
}

export interface IncrementalPlan extends CopiesPlan {
  /** What every copy changes at the layer. */
  readonly window: Window;
}

/** A window of so many cells at the layer, and all of its channels. */
function windowAt({ shape }: GraphNode, cells: Grid, sides: Sides): Window {
  return { rows: sides.own(cells.rows, shape[1] ?? 1), columns: sides.own(cells.columns, shape[2] ?? 1) };
}

/** A run without numbers. */
function dryRun(graph: LayerGraph, tail: Tail, window: Window, thresholds: Thresholds) {
  const [cut = -1] = tail.cuts;
  const channels = graph.nodes[cut]?.shape[3] ?? 1;
  const ledger = new Ledger(graph, tail.steps);
  const sides = [window.rows.size, window.columns.size, channels];
  // The copies are cut out of the layer, and what stands there in the pass beside them.
  ledger.base(cut, 'activation');
  const start: Value<Entry> = [{ kind: 'window', from: 0, to: channels, window, x: ledger.make(sides), base: ledger.make(sides) }];
  return { ledger, run: evaluate(graph, tail.steps, new Map<NodeId, Value<Entry>>([[cut, start]]), ledger, thresholds) };
}

/** A run without numbers for copies of which one cell is changed. */
export function dryRunOfCell(graph: LayerGraph, tail: Tail, cut: GraphNode, sides: Sides) {
  return dryRun(graph, tail, windowAt(cut, { rows: 1, columns: 1 }, sides), THRESHOLDS);
}

/** @param cells how many rows and columns of cells each copy changes */
export function planIncremental(graph: LayerGraph, tail: Tail, cells: Grid, thresholds: Thresholds = THRESHOLDS): IncrementalPlan {
  const node = graph.nodes[tail.cuts[0] ?? -1];
  if (tail.cuts.length !== 1 || !node) throw new Error('a sweep works at one layer');
  const window = windowAt(node, cells, new Sides());
  const { ledger, run } = dryRun(graph, tail, window, thresholds);
  while (!run.next().done);
  return { window, ...planOf(ledger, thresholds) };
}

function planOf({ requests, macs, values, peakBytes, largestBytes, keptBytes }: Ledger, thresholds: Thresholds): CopiesPlan {
  return { requests, work: { macs, values }, memory: { peakBytes, largestBytes }, keptBytes, thresholds };
}

/** What lies around a range of channels that every copy of a batch may have changed anywhere. */
export function aroundChannels<T>(x: T, { from, to }: Channels, channels: number): Value<T> {
  const parts: Value<T> = [
    { kind: 'unchanged', from: 0, to: from },
    { kind: 'dense', from, to, x },
    { kind: 'unchanged', from: to, to: channels },
  ];
  return parts.filter((part) => part.to > part.from);
}

/**
 * Of copies that each change a channel of their own, at all cells.
 *
 * @param width so many neighbouring channels are changed by a batch
 * @param batch of so many copies
 */
export function planChannels(graph: LayerGraph, tail: Tail, width: number, batch: number): CopiesPlan {
  const [cut = -1] = tail.cuts;
  const [, rows, columns, channels] = (graph.nodes[cut]?.shape ?? []).map((side) => side ?? 1);
  if (tail.cuts.length !== 1 || !rows || !columns || !channels) throw new Error('a sweep works at one layer');
  const ledgerFrom = (from: number) => {
    const ledger = new Ledger(graph, tail.steps, batch);
    ledger.base(cut, 'activation');
    // What every copy has is mixed from a product and what it is multiplied with.
    const x = ledger.make([rows, columns, width], width);
    const start = aroundChannels(x, { from, to: from + width }, channels);
    const run = evaluate(graph, tail.steps, new Map([[cut, start]]), ledger, THRESHOLDS);
    while (!run.next().done);
    return ledger;
  };
  const most = ledgerFrom(Math.floor((channels - width) / 2));
  // At an end the range may meet another that has changed, and is one with it from there on.
  for (const from of [0, channels - width]) most.include(ledgerFrom(from));
  return planOf(most, THRESHOLDS);
}
