/** What the page's long work consists of, counted: the same on every machine. */
import { randomMap } from '../../../src/core/statistics/random.ts';
import { findNode, tailOf } from '../../../src/engine/graph/layer-graph.ts';
import { leanGraph } from '../../../src/engine/graph/lean-graph.ts';
import { workOf } from '../../../src/engine/graph/work-size.ts';
import { planIncremental } from '../../../src/engine/incremental/planning/plan.ts';
import { wholeSite } from '../../../src/engine/incremental/sites.ts';
import { type AblationSettings, DEFAULT_ABLATION, windowCells } from '../../../src/explain/ablation-plan.ts';
import { coarseSettings } from '../../../src/explain/estimate.ts';
import { blockEnds } from '../../../src/explain/layer-groups.ts';
import { SERIES } from '../../../src/metrics/measures.ts';
import { pixelRanking } from '../../../src/metrics/ranking.ts';
import { SharedImages } from '../../../src/metrics/shared-images.ts';
import type { BenchSubject } from '../bench-subject.ts';

/** A sweep at a layer; MACs of a copy. */
export interface CountedSweep {
  readonly layer: string;
  readonly window: number;
  readonly copies: number;
  /** The tail as it is written. */
  readonly wholeMacs: number;
  readonly incrementalMacs: number;
  /** Of the tail that all copies start from, with averages taken first: it runs once. */
  readonly baseMacs: number;
}

/** Of a network as it is run: with averages taken first. */
export function passMacs({ graph }: Pick<BenchSubject, 'graph'>): number {
  return workOf(
    leanGraph(graph, () => false),
    graph.nodes.keys(),
  ).macs;
}

/** FastAblationCAM with these windows. */
export function countSweep({ graph }: Pick<BenchSubject, 'graph'>, layer: string, ablation: AblationSettings): CountedSweep {
  const node = findNode(graph, layer);
  if (!node) throw new Error(`there is no layer ${layer}`);
  const [, rows = 1, columns = 1] = node.shape.map(Number);
  const tail = tailOf(graph, node.id);
  const lean = leanGraph(graph, (id) => tail.cuts.includes(id) || tail.skipInputs.includes(id));
  const ranges = windowCells({ rows, columns }, ablation);
  const starts = { rows: [...new Set(ranges.map(({ top }) => top))], columns: [...new Set(ranges.map(({ left }) => left))] };
  const { window } = ablation;
  const { work } = planIncremental(lean, tail, [wholeSite(node, 'window')], { rows: window, columns: window, starts });
  return {
    layer,
    window,
    copies: ranges.length,
    wholeMacs: workOf(graph, tail.steps).macs,
    incrementalMacs: work.macs,
    baseMacs: workOf(lean, tail.steps).macs,
  };
}

/** Those of *Across layers*: the end of every block, in windows where cells are many. */
export function countAcrossLayers(subject: Pick<BenchSubject, 'graph' | 'info'>): CountedSweep[] {
  return blockEnds(subject.info.layers).map((layer) => countSweep(subject, layer.name, coarseSettings(layer, DEFAULT_ABLATION)));
}

/** How many changed images a set scores for one image, of which it has this many maps, the random one included. */
export function countChangedImages({ info }: Pick<BenchSubject, 'info'>, maps: number, steps: number): number {
  const { width, height } = info.input;
  const image = { width, height, data: new Uint8ClampedArray(width * height * 4) };
  const shared = new SharedImages<null>();
  for (let i = 0; i < maps; i++) {
    const map = randomMap({ rows: 14, columns: 14 }, i);
    const ranking = pixelRanking(map, image);
    if (!ranking) throw new Error('a random map has a ranking');
    const ground = { image, replacement: image.data, map, ranking, steps, intact: 1, left: 0 };
    for (const series of Object.values(SERIES)) for (const score of series(ground)) if (typeof score !== 'number') shared.add(score, null);
  }
  return shared.images.length;
}
