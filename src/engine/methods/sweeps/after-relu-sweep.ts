/** A sweep over copies of which something becomes nothing after the next ReLU. */
import * as tf from '@tensorflow/tfjs-core';
import { canLay } from '../../backend/lay-kernel.ts';
import { yieldToEventLoop } from '../../backend/yield-to-event-loop.ts';
import { BYTES_PER_VALUE } from '../../graph/tail-memory.ts';
import { type AfterReluStart, afterReluChanges, afterReluCopies, afterReluStart, bytesAt } from '../after-relu.ts';
import { afterReluGround, type Zeroed } from '../after-relu-ground.ts';
import type { MethodContext } from '../method.ts';
import type { Ground } from './ground.ts';
import { sweepEitherWay } from './quicker-way.ts';
import { sweepTail } from './sweep-tail.ts';

export interface AfterReluSweep {
  /** In the order in which they are run. */
  readonly items: Uint32Array;
  readonly what: Zeroed;
  /** What is swept, apart from which of its items. */
  readonly key: string;
  /** What `ablated` gives, in bytes for each item. */
  readonly maskBytes: number;
  /** As in `afterReluCopies`, for some of the items, padded to `batch`. Runs inside `tf.tidy`. */
  ablated(items: Uint32Array, batch: number): tf.Tensor3D;
  /** No more of each copy than what it changes. @returns whether that was worth while */
  incrementally(context: MethodContext, ground: Ground, items: Uint32Array): Promise<boolean>;
}

/** @throws the signal's reason when cancelled; nothing is left behind then */
export async function sweepAfterRelu(context: MethodContext, sweep: AfterReluSweep): Promise<void> {
  const { graph, signal } = context;
  const start = await afterReluStart(graph, context, yieldToEventLoop(signal));
  try {
    await sweepEitherWay(context, sweep.items, sweep.key, {
      incremental: async (own, items) => canLay() && sweep.incrementally(own, afterReluGround(graph, start, sweep.what), items),
      dense: (own, items) => sweptWhole(own, start, sweep, items),
    });
  } finally {
    tf.dispose([...start.made]);
  }
}

/** Every copy's tail whole. */
async function sweptWhole(context: MethodContext, start: AfterReluStart, sweep: AfterReluSweep, items: Uint32Array): Promise<boolean> {
  const { places, rest } = start.tail;
  const mostBytes = (ids: readonly number[]) => Math.max(0, ...ids.map((id) => bytesAt(context.graph, id)));
  await sweepTail(context, {
    tail: rest,
    items,
    kept: start.kept,
    keptBytes: start.made.reduce((sum, { size }) => sum + size * BYTES_PER_VALUE, 0),
    maskBytes: sweep.maskBytes + mostBytes(rest.cuts),
    copies: (inBatch, batch) => afterReluCopies(start, sweep.ablated(inBatch, batch)),
    changes: {
      of: (inBatch, batch) => afterReluChanges(start, () => sweep.ablated(inBatch, batch)),
      bytes: 3 * mostBytes([...places.keys()].filter((id) => !rest.cuts.includes(id))),
    },
  });
  return true;
}
