/** What runs for copies of a layer, as the sweeps run them. */
import { workShare } from '../../../explain/cost.ts';
import type { AfterReluWork, LayerInfo, WorkSize } from '../../../explain/layer-info.ts';
import { type AfterReluTail, afterReluTailOf, wholeAfterReluWork } from '../../graph/after-relu-tail.ts';
import { channelTailOf } from '../../graph/channel-tail.ts';
import { flagsOf, type GraphNode, type LayerGraph, type Tail, tailOf } from '../../graph/layer-graph.ts';
import { leanGraph } from '../../graph/lean-graph.ts';
import { workOf } from '../../graph/work-size.ts';
import { afterReluSites, wholeSite } from '../sites.ts';
import type { CellWork } from './cell-work.ts';
import { workOfChannel } from './channel-work.ts';
import { LEAST_GAIN } from './plan.ts';

/** No more of a copy than what it changes, or the whole, where that saves little. */
function lesser(incremental: WorkSize, whole: WorkSize): WorkSize {
  return workShare(incremental, whole) <= LEAST_GAIN ? incremental : whole;
}

/** Cuts and skip inputs give their own activation. */
function leanFor(graph: LayerGraph, { cuts, skipInputs }: Tail): LayerGraph {
  const isTaken = flagsOf(graph, [...cuts, ...skipInputs]);
  return leanGraph(graph, (id) => isTaken[id] === 1);
}

/** @param cellWork null: tails are run whole */
export function workAt(
  graph: LayerGraph,
  node: GraphNode,
  cellWork: CellWork | null,
): Pick<LayerInfo, 'tail' | 'cellTail' | 'channelTail' | 'afterRelu'> {
  const tail = tailOf(graph, node.id);
  const lean = leanFor(graph, tail);
  const whole = workOf(lean, tail.steps);
  const wholeOfChannel = workOf(lean, channelTailOf(graph, tail).rest.steps);
  const ofCell = cellWork?.at(lean, tail) ?? null;
  const reluTail = afterReluTailOf(graph, tail);
  return {
    tail: whole,
    ...(ofCell && { cellTail: lesser(ofCell, whole) }),
    channelTail: ofCell ? lesser(workOfChannel(lean, tail, [wholeSite(node, 'dense')]), wholeOfChannel) : wholeOfChannel,
    ...(reluTail && { afterRelu: afterReluWork(graph, reluTail, node, ofCell) }),
  };
}

/** What runs for a copy of the image of which one pixel is changed. */
export function pixelPassOf(graph: LayerGraph, cellWork: CellWork): WorkSize {
  const tail = tailOf(graph, graph.input);
  const lean = leanFor(graph, tail);
  return lesser(cellWork.at(lean, tail), workOf(lean, tail.steps));
}

/**
 * After the next ReLU a cell reaches what it reaches from the layer itself, so that it is not found out again.
 *
 * @param ofCell in the layer itself; null: tails are run whole
 */
function afterReluWork(graph: LayerGraph, reluTail: AfterReluTail, node: GraphNode, ofCell: WorkSize | null): AfterReluWork {
  const { rest } = reluTail;
  const lean = leanFor(graph, rest);
  const whole = wholeAfterReluWork(lean, reluTail);
  if (!ofCell) return { cell: whole, channel: whole };
  return { cell: lesser(ofCell, whole), channel: lesser(workOfChannel(lean, rest, afterReluSites(reluTail, node, 'dense')), whole) };
}
