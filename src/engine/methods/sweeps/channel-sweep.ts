/** A sweep over channels of which each copy's tail is worked out from what it changes (`engine/incremental`). */
import * as tf from '@tensorflow/tfjs-core';
import { canLay } from '../../backend/lay-kernel.ts';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import { channelTailOf } from '../../graph/channel-tail.ts';
import { batchSize } from '../../graph/tail-memory.ts';
import { workOf } from '../../graph/work-size.ts';
import { channelCopies } from '../../incremental/copies.ts';
import { rangeOf } from '../../incremental/planning/channel-work.ts';
import { planChannels } from '../../incremental/planning/plan.ts';
import { cutActivation, cutNode } from '../cut-activation.ts';
import type { MethodContext } from '../method.ts';
import { type Ground, withTail } from './ground.ts';
import { isUseful } from './is-useful.ts';
import { mostItems, sweepBatches } from './sweep-batches.ts';
import { tailGraph } from './tail-graph.ts';

/** Runs of items that lie in a range of `width` channels each, in their order. */
function runsOf(items: Uint32Array, width: number): Uint32Array[] {
  const runs: Uint32Array[] = [];
  let start = 0;
  for (let end = 1; end <= items.length; end++) {
    const run = items.subarray(start, end + 1);
    if (end < items.length && Math.max(...run) - Math.min(...run) < width) continue;
    runs.push(items.subarray(start, end));
    start = end;
  }
  return runs;
}

/** Zeroed in the layer itself, where channelwise layers run only twice if tails are run whole. */
export function zeroedChannels(context: MethodContext): Ground {
  const { graph, tail, pass } = context;
  const [cut, activation] = [cutNode(context), cutActivation(context)];
  return {
    tail,
    kept: pass.activations,
    sites: [{ id: cut, kind: 'dense', from: 0, to: activation.shape[3] }],
    keptBytes: 0,
    changeBytes: 0,
    wholeWork: (lean) => workOf(lean, channelTailOf(graph, tail).rest.steps),
    open: () => ({ unchanged: { cuts: new Map([[cut, activation]]) }, valuesAt: () => ({ x: activation }), dispose() {} }),
  };
}

/**
 * Every item is a channel that is zeroed at all cells.
 *
 * @returns whether it was done; if not, nothing has been reported
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepChannels(context: MethodContext, ground: Ground, items: Uint32Array): Promise<boolean> {
  const { limits, signal } = context;
  const { tail, sites } = ground;
  const channels = cutActivation(context).shape[3];
  const width = Math.min(rangeOf(channels), items.length);
  if (!canLay() || width === 0 || width >= channels) return false;
  const graph = tailGraph(context, tail);
  const plan = planChannels(graph, tail, sites, width, width);
  if (!isUseful(graph, context, plan, ground, items)) return false;
  const most = { ...limits, maxItems: Math.min(width, mostItems(context, plan.work.macs)) };
  const batchFor = (count: number) => batchSize(plan.memory, count, most, plan.keptBytes + ground.keptBytes);
  const pause = yieldToEventLoop(signal);
  return withTail(graph, ground, plan, pause, (prepared, valuesAt) => {
    const logitsOf = (run: Uint32Array, size: number): Promise<tf.Tensor> => {
      const from = Math.min(Math.min(...run), channels - width);
      const zeroed = Int32Array.from({ length: size }, (_, i) => run[Math.min(i, run.length - 1)] ?? 0);
      return prepared.logits(channelCopies(sites, valuesAt, { from, to: from + width }, zeroed), pause);
    };
    return sweepBatches(context, items, batchFor, async (inBatch, size) => {
      const runs = runsOf(inBatch, width);
      const [only] = runs;
      if (only && runs.length === 1) return logitsOf(only, size);
      const made: tf.Tensor[] = [];
      try {
        for (const run of runs) made.push(await logitsOf(run, run.length));
        return tf.concat(made, 0);
      } finally {
        tf.dispose(made);
      }
    });
  });
}
