/** Whether and how a sweep's tail is worked out incrementally: decided once, before anything runs. */
import type { Grid } from '../../../core/maps/grid.ts';
import type { WorkSize } from '../../../explain/layer-info.ts';
import type { GraphNode, LayerGraph, Tail } from '../../graph/layer-graph.ts';
import type { BaseRequests } from '../bases.ts';
import { evaluate } from '../evaluation.ts';
import { countOf } from '../part.ts';
import { mapOf } from '../part-work.ts';
import { ownParts, type Site, wholeSite } from '../sites.ts';
import { Sides, type Starts, THRESHOLDS, type Thresholds, type Window } from '../window.ts';
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
  /** What every copy changes at the layer, by where that starts among `starts`. */
  readonly window: Window;
  readonly starts: Starts;
}

/** What copies change: so many rows and columns of cells, which start at one of these. */
export interface OwnWindows extends Grid {
  /** Left out: anywhere. */
  readonly starts?: Starts;
}

function anywhere({ rows, columns }: Grid): Starts {
  return { rows: Array.from({ length: rows }, (_, row) => row), columns: Array.from({ length: columns }, (_, column) => column) };
}

function windowAt(map: Grid, { rows, columns }: Grid, starts: Starts, sides: Sides): Window {
  return { rows: sides.own(rows, map.rows, starts.rows), columns: sides.own(columns, map.columns, starts.columns) };
}

/** A run without numbers for copies that have a window of their own at every site. */
function dryRun(graph: LayerGraph, tail: Tail, sites: readonly Site[], window: Window, thresholds: Thresholds) {
  const ledger = new Ledger(graph, tail.steps);
  const make = (site: Site) => ledger.make([window.rows.size, window.columns.size, countOf(site)]);
  const own = ownParts<Entry>(sites, (site) => {
    const { from, to } = site;
    if (site.kind === 'difference') return { kind: 'difference', from, to, window, difference: make(site) };
    // The copies are cut out of the layer, and what stands there in the pass beside them.
    ledger.base(site.id, 'activation');
    return { kind: 'window', from, to, window, x: make(site), base: make(site) };
  });
  return { ledger, run: evaluate(graph, tail.steps, own, ledger, thresholds) };
}

/** The node of the first site, which has the grid of all. */
function gridNode(graph: LayerGraph, sites: readonly Site[]): GraphNode {
  const node = graph.nodes[sites[0]?.id ?? -1];
  if (!node) throw new Error('copies have nothing of their own');
  return node;
}

/** A run without numbers for copies of which one cell is changed in the layer itself. */
export function dryRunOfCell(graph: LayerGraph, tail: Tail, cut: GraphNode, sides: Sides) {
  const window = windowAt(mapOf(cut), { rows: 1, columns: 1 }, anywhere(mapOf(cut)), sides);
  return dryRun(graph, tail, [wholeSite(cut, 'window')], window, THRESHOLDS);
}

export function planIncremental(
  graph: LayerGraph,
  tail: Tail,
  sites: readonly Site[],
  windows: OwnWindows,
  thresholds: Thresholds = THRESHOLDS,
): IncrementalPlan {
  const map = mapOf(gridNode(graph, sites));
  const { starts = anywhere(map) } = windows;
  const window = windowAt(map, windows, starts, new Sides());
  const { ledger, run } = dryRun(graph, tail, sites, window, thresholds);
  while (!run.next().done);
  return { window, starts, ...planOf(ledger, thresholds) };
}

function planOf({ requests, macs, values, peakBytes, largestBytes, keptBytes }: Ledger, thresholds: Thresholds): CopiesPlan {
  return { requests, work: { macs, values }, memory: { peakBytes, largestBytes }, keptBytes, thresholds };
}

/**
 * Of copies that each change a channel of their own, at all cells.
 *
 * @param sites each of all channels of the layer
 * @param width so many neighbouring channels are changed by a batch
 * @param batch of so many copies
 */
export function planChannels(graph: LayerGraph, tail: Tail, sites: readonly Site[], width: number, batch: number): CopiesPlan {
  const { rows, columns } = mapOf(gridNode(graph, sites));
  const channels = Math.max(...sites.map(countOf));
  const ledgerFrom = (first: number) => {
    const ledger = new Ledger(graph, tail.steps, batch);
    for (const cut of tail.cuts) ledger.base(cut, 'activation');
    const own = ownParts<Entry>(sites, (site) => {
      const from = site.from + first;
      // What every copy has is mixed from a product and what it is multiplied with.
      return { kind: 'dense', from, to: from + width, x: ledger.make([rows, columns, width], width) };
    });
    const run = evaluate(graph, tail.steps, own, ledger, THRESHOLDS);
    while (!run.next().done);
    return ledger;
  };
  const most = ledgerFrom(Math.floor((channels - width) / 2));
  // At an end the range may meet another that has changed, and is one with it from there on.
  for (const first of [0, channels - width]) most.include(ledgerFrom(first));
  return planOf(most, THRESHOLDS);
}
