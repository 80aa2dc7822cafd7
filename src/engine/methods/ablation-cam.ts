/**
 * Ablation-CAM (Desai & Ramaswamy, WACV 2020, section 3): one channel is zeroed at all cells at a time, in the layer, or after the next ReLU.
 *
 * The logits of all classes are reported for every channel; weights and map are arithmetic on the page (`explain/channel-sweep.ts`). No more
 * of a copy is worked out than what its channel changes (`sweeps/channel-sweep.ts`); where that saves little, layers right after the cut that
 * are channelwise run only twice (`channel-tail.ts`), and all others for every copy.
 */
import * as tf from '@tensorflow/tfjs-core';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { type ChannelTail, channelTailOf } from '../graph/channel-tail.ts';
import { runSteps } from '../graph/graph-executor.ts';
import type { NodeId } from '../graph/layer-graph.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import { cutActivation, cutGrid, cutNode } from './cut-activation.ts';
import type { Computation, MethodContext } from './method.ts';
import { sweepAfterRelu } from './sweeps/after-relu-sweep.ts';
import { beginSweep } from './sweeps/begin-sweep.ts';
import { sweepChannels, zeroedChannels } from './sweeps/channel-sweep.ts';
import { sweepEitherWay } from './sweeps/quicker-way.ts';
import { sweepTail } from './sweeps/sweep-tail.ts';

/** An activation with everything as it is, and with everything zeroed at the cut: `[1, cells, channels]`. */
interface Sides {
  readonly intact: tf.Tensor;
  /** Null where it is nothing but zeros, as at the cut itself. */
  readonly zeroed: tf.Tensor | null;
  /** Of one copy, without the batch. */
  readonly shape: readonly number[];
}

function tensorsOf({ intact, zeroed }: Sides): tf.Tensor[] {
  return zeroed ? [intact, zeroed] : [intact];
}

/** Both sides of every activation that copies are made of. Free them after the sweep. */
async function frontierSides(context: MethodContext, { prefix, frontier }: ChannelTail): Promise<Map<NodeId, Sides>> {
  const { graph, signal } = context;
  const cut = cutNode(context);
  const activation = cutActivation(context);
  const wanted = frontier.filter((id) => id !== cut);
  const run = (from: tf.Tensor) => runSteps(graph, prefix, new Map([[cut, from]]), new Map(), wanted, yieldToEventLoop(signal));
  const nothing = tf.zerosLike(activation);
  const made: tf.Tensor[] = [nothing];
  try {
    const intact = await run(activation);
    made.push(...intact.values());
    const zeroed = await run(nothing);
    made.push(...zeroed.values());
    const flat = (x: tf.Tensor) => tf.reshape(x, [1, -1, x.shape.at(-1) ?? 1]);
    let sides: [NodeId, Sides][] = [];
    tf.tidy(() => {
      sides = frontier.map((id) => {
        const whole = intact.get(id) ?? activation;
        const none = zeroed.get(id);
        return [id, { intact: flat(whole), zeroed: none ? flat(none) : null, shape: whole.shape.slice(1) }];
      });
      return sides.flatMap(([, own]) => tensorsOf(own));
    });
    return new Map(sides);
  } finally {
    tf.dispose(made);
  }
}

/** 1 at each item's own channel and in nothing else, or the other way round; the padding is `outside`: `[batch, 1, channels]`. */
function channelMask(items: Uint32Array, batch: number, channels: number, inside: number, outside: number): tf.Tensor3D {
  const mask = new Float32Array(batch * channels).fill(outside);
  for (const [i, channel] of items.entries()) mask[i * channels + channel] = inside;
  return tf.tensor3d(mask, [batch, 1, channels]);
}

/** Every copy's tail whole, but for the channelwise layers that it begins with. */
async function sweptWhole(context: MethodContext, items: Uint32Array): Promise<boolean> {
  const channels = cutActivation(context).shape[3];
  const channelTail = channelTailOf(context.graph, context.tail);
  const sides = await frontierSides(context, channelTail);
  const kept = [...sides.values()].flatMap(({ intact, zeroed }) => (zeroed ? [intact, zeroed] : []));
  try {
    await sweepTail(context, {
      tail: channelTail.rest,
      items,
      keptBytes: kept.reduce((sum, { size }) => sum + size * BYTES_PER_VALUE, 0),
      maskBytes: 2 * channels * BYTES_PER_VALUE,
      copies(inBatch, batch) {
        const keep = channelMask(inBatch, batch, channels, 0, 1);
        const take = channelMask(inBatch, batch, channels, 1, 0);
        return new Map(
          [...sides].map(([id, { intact, zeroed, shape }]) => {
            const whole = tf.mul(intact, keep);
            const mixed = zeroed ? tf.add(whole, tf.mul(zeroed, take)) : whole;
            return [id, tf.reshape(mixed, [batch, ...shape])];
          }),
        );
      },
    });
    return true;
  } finally {
    tf.dispose([...sides.values()].flatMap(tensorsOf));
  }
}

export const ablationCam: Computation = {
  kind: 'sweep',
  async run(context, { items, channelValue }) {
    const activation = cutActivation(context);
    const channels = activation.shape[3];
    const values = Float32Array.from(await activation.data());
    beginSweep(context, { cells: cutGrid(context), activation: values, count: channels, what: 'channels' });
    const sweptItems = items ?? Uint32Array.from({ length: channels }, (_, channel) => channel);
    const key = JSON.stringify([cutNode(context), 'channels', channelValue]);
    if (channelValue === 'after-relu') {
      return sweepAfterRelu(context, {
        items: sweptItems,
        what: 'channels',
        key,
        maskBytes: channels * BYTES_PER_VALUE,
        ablated: (inBatch, batch) => channelMask(inBatch, batch, channels, 1, 0),
        incrementally: sweepChannels,
      });
    }
    await sweepEitherWay(context, sweptItems, key, {
      incremental: (own, part) => sweepChannels(own, zeroedChannels(own), part),
      dense: sweptWhole,
    });
  },
};
