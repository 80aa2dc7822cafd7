/**
 * The second table: whole sweeps at the end of each block and at one layer inside it, by ours and by running the whole network per batch of
 * cells. Both are timed on the same few cells in turn and estimated for all, since whole sweeps of early layers take many minutes.
 */

import { findNode, tailOf } from '../../src/engine/graph/layer-graph.ts';
import { tailMemory } from '../../src/engine/graph/tail-memory.ts';
import { DEFAULT_ABLATION } from '../../src/explain/ablation-plan.ts';
import { blockEnds, groupLayers } from '../../src/explain/layer-groups.ts';
import type { LayerInfo } from '../../src/explain/layer-info.ts';
import { ablationSweepOf, ablationWork } from '../../src/explain/methods/ablation-sweep.ts';
import type { Reply } from '../../src/protocol/ask.ts';
import type { BenchSubject } from './bench-subject.ts';
import { medianTimes, timeMs } from './measure.ts';
import { ablateByWholePasses } from './original-procedure.ts';

export interface LayerTimes {
  readonly layer: LayerInfo;
  readonly cells: number;
  /** Of how many cells both were timed. */
  readonly timedCells: number;
  readonly passMs: number;
  /** For all cells, the forward pass that the sweep starts from left out: both have one. */
  readonly sweepMs: number;
  readonly wholeMs: number;
  /** For all cells. */
  readonly sweepMacs: number;
  readonly wholeMacs: number;
  /** Our time over what the tail's MACs would cost at the forward pass's own speed; null where the tail has next to none. */
  readonly efficiency: number | null;
  /** Ours and theirs on the timed cells: the largest difference of any class's logit, as a share of the logits' range. */
  readonly difference: number;
}

const MS_FOR_ONE_TIMING = 3000;
/** A tail with less than this share of the network's MACs is a matter of memory, not of arithmetic. */
const NEXT_TO_NOTHING = 0.001;

/** The end of every block, and the convolution in its middle. */
function layersToMeasure(layers: readonly LayerInfo[]): LayerInfo[] {
  const groups = groupLayers(layers);
  return blockEnds(layers).flatMap((end) => {
    const members = groups.find(({ block }) => block === end.block)?.layers ?? [];
    const convolutions = members.filter(({ kind, name }) => kind === 'Conv2D' && /block/.test(name));
    const middle = convolutions[Math.floor(convolutions.length / 2)];
    return middle ? [middle, end] : [end];
  });
}

async function benchLayer(subject: BenchSubject, layer: LayerInfo): Promise<LayerTimes> {
  const { graph, info, input, budgetBytes } = subject;
  const node = findNode(graph, layer.name);
  if (!node) throw new Error(`the model has no layer ${layer.name}`);
  const cells = layer.rows * layer.columns;
  const passMs = await timeMs(() => subject.ask(layer.name, null, true));
  const share = layer.tail.macs / info.forward.macs;
  const most = Math.max(1, Math.floor(budgetBytes / tailMemory(graph, tailOf(graph, node.id)).peakBytes));
  const affordable = Math.max(1, Math.floor(MS_FOR_ONE_TIMING / (Math.max(0.02, share) * passMs)));
  const timedCells = Math.min(cells, most * Math.max(1, Math.floor(affordable / most)), Math.max(affordable, 1));
  const wholeCells = Math.max(1, Math.min(timedCells, Math.floor(MS_FOR_ONE_TIMING / passMs)));
  // Spread over the layer.
  const spread = (count: number) => Array.from({ length: count }, (_, i) => Math.floor((i * cells) / count));
  const swept = spread(timedCells);
  const whole = swept.slice(0, wholeCells);
  const work = { ...ablationWork(DEFAULT_ABLATION), items: Uint32Array.from(swept) };
  const batchOfWhole = Math.min(whole.length, 8);

  const replies: Reply[] = [];
  let theirs: Float32Array[] = [];
  const times = await medianTimes(
    {
      sweep: async () => {
        replies.push(await subject.ask(layer.name, work, false));
      },
      whole: async () => {
        theirs = await ablateByWholePasses(graph, node, input, whole, batchOfWhole);
      },
      pass: () => ablateByWholePasses(graph, node, input, [0], 1),
    },
    passMs > 3000 ? 1 : 3,
  );
  const [reply] = replies;
  if (!reply?.result) throw new Error('the engine gave no sweep');
  const range = Math.max(...reply.logits) - Math.min(...reply.logits);
  const sweep = ablationSweepOf(reply.result);
  const off = theirs.flatMap((scores, i) =>
    Array.from(scores, (score, c) => Math.abs(score - (sweep.logits[(whole[i] ?? 0) * scores.length + c] ?? Number.NaN))),
  );
  const sweepMs = (times.sweep / timedCells) * cells;
  const ideal = share * times.pass * cells;
  return {
    layer,
    cells,
    timedCells,
    passMs: times.pass,
    sweepMs,
    wholeMs: (times.whole / wholeCells) * cells,
    sweepMacs: layer.tail.macs * cells,
    wholeMacs: info.forward.macs * cells,
    efficiency: share < NEXT_TO_NOTHING ? null : sweepMs / ideal,
    difference: Math.max(...off) / range,
  };
}

export async function* benchLayers(subject: BenchSubject): AsyncGenerator<LayerTimes> {
  for (const layer of layersToMeasure(subject.info.layers)) yield await benchLayer(subject, layer);
}
