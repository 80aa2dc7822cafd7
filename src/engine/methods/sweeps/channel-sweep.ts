/** A sweep over channels of which each copy's tail is worked out from what it changes (`engine/incremental`). */
import * as tf from '@tensorflow/tfjs-core';
import { canLay } from '../../backend/lay-kernel.ts';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import { channelTailOf } from '../../graph/channel-tail.ts';
import { batchSize } from '../../graph/tail-memory.ts';
import { workOf } from '../../graph/work-size.ts';
import { channelCopies } from '../../incremental/copies.ts';
import { IncrementalTail } from '../../incremental/incremental-tail.ts';
import type { Channels } from '../../incremental/part.ts';
import { rangeOf } from '../../incremental/planning/channel-work.ts';
import { planChannels } from '../../incremental/planning/plan.ts';
import { cutActivation, cutNode } from '../cut-activation.ts';
import type { MethodContext } from '../method.ts';
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

/**
 * Every item is a channel that is zeroed at all cells.
 *
 * @returns whether it was done; if not, nothing has been reported
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepChannels(context: MethodContext, items: Uint32Array): Promise<boolean> {
  const { tail, pass, limits, signal } = context;
  const activation = cutActivation(context);
  const cut = cutNode(context);
  const channels = activation.shape[3];
  const width = Math.min(rangeOf(channels), items.length);
  if (!canLay() || width === 0 || width >= channels) return false;
  const graph = tailGraph(context, tail);
  const plan = planChannels(graph, tail, width, width);
  // Otherwise channelwise layers run only twice.
  const dense = workOf(graph, channelTailOf(graph, tail).rest.steps);
  if (!isUseful(graph, context, plan, dense, { items, keptBytes: 0 })) return false;
  const most = { ...limits, maxItems: Math.min(width, mostItems(context, plan.work.macs)) };
  const pause = yieldToEventLoop(signal);
  const prepared = await IncrementalTail.prepare(graph, tail, plan, pass.activations, new Map([[cut, activation]]), pause);
  const logitsOf = (run: Uint32Array, size: number): Promise<tf.Tensor> => {
    const from = Math.min(Math.min(...run), channels - width);
    const range: Channels = { from, to: from + width };
    const own = Int32Array.from({ length: size }, (_, i) => run[Math.min(i, run.length - 1)] ?? 0);
    return prepared.logits(channelCopies(cut, activation, range, own), pause);
  };
  try {
    await sweepBatches(
      context,
      items,
      (count) => batchSize(plan.memory, count, most, plan.keptBytes),
      async (inBatch, size) => {
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
      },
    );
    return true;
  } finally {
    prepared.dispose();
  }
}
