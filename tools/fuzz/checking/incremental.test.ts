/**
 * Incremental evaluation gives what the tail gives that is run whole: networks drawn from all kinds of layers, cut anywhere, windows of any
 * size anywhere, and whatever parts are kept apart or brought together; and channels that are zeroed, some of a range at a time; and the
 * same where a ReLU comes next, after that.
 */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../../../src/engine/backend/device.ts';
import { loadModel } from '../../../src/engine/loading/loaded-model.ts';
import { nodeDeviceEnvironment } from '../../../src/engine/node/node-device.ts';
import { afterReluAndDense, channelsAndDense, incrementalAndDense } from '../../../src/engine/testing/incremental-and-dense.ts';
import { readModel } from '../../../src/formats/read-model.ts';
import { Draw, type Origin } from '../draw.ts';
import { drawFormat, drawNetwork, inputOf } from '../drawing/draw-network.ts';
import { writeModel } from '../writing/write-model.ts';

const SEED = 18;
Error.stackTraceLimit = 60;
const NETWORKS = process.env.NETWORKS === 'all' ? 400 : 60;
/** Half a second for each was seen on a machine at work. */
const LONGEST_MS = 2_000 * NETWORKS;
const CUTS = 3;
const BATCH = 3;

/** Of the range of logits, and in logits. */
const [RELATIVE, ABSOLUTE] = [1e-3, 1e-5];

/** How far both are apart where they are most, in what is tolerated. What divides by a channel that is zeroed is not finite either way. */
function gap(a: Float32Array, b: Float32Array): number {
  const known = b.filter(Number.isFinite);
  const [range, largest] = known.length > 0 ? [Math.max(...known) - Math.min(...known), Math.max(...known.map(Math.abs))] : [0, 0];
  const apart = (value: number, other = Number.NaN) => (Number.isFinite(value) || Number.isFinite(other) ? Math.abs(value - other) : 0);
  return Math.max(...a.map((value, i) => apart(value, b[i]))) / Math.max(RELATIVE * range, ABSOLUTE * Math.max(1, largest));
}

async function gapsOf(origin: Origin): Promise<{ readonly what: string; readonly gap: number }[]> {
  const drawn = drawNetwork(origin);
  const read = await readModel(await writeModel(drawn, drawFormat(drawn, origin)));
  const model = await loadModel('drawn', read, drawn.image).catch((error: Error) => {
    if (error.message.includes('no layer with cells')) return null;
    throw error;
  });
  if (!model) return [];
  const { graph, dispose } = model;
  const draw = new Draw(SEED + origin.index);
  const { shape, data } = inputOf(drawn);
  const image = tf.tensor<tf.Rank.R4>(Float32Array.from(data), [1, ...shape] as unknown as [number, number, number, number]);
  const layers = graph.nodes.filter(
    (node) => node.shape.length === 4 && node.id !== graph.output && node.shape.every((side) => side !== 0),
  );
  const gaps: { what: string; gap: number }[] = [];
  for (const node of draw.shuffled(layers).slice(0, CUTS)) {
    const [, height = 1, width = 1] = node.shape.map(Number);
    const [rows, columns] = [draw.whole(1, Math.min(3, height)), draw.whole(1, Math.min(3, width))];
    // A sweep's windows start anywhere, or so many cells apart: less changes then.
    const step = draw.whole(1, 3);
    const stepsIn = (side: number) => Array.from({ length: Math.ceil(side / step) }, (_, i) => i * step);
    const starts = { rows: stepsIn(height), columns: stepsIn(width) };
    // At borders more often than elsewhere: windows grow beyond the map there.
    const each = (from: readonly number[]) => Int32Array.from({ length: BATCH }, () => draw.pick([0, from.at(-1) ?? 0, draw.pick(from)]));
    const thresholds = {
      denseShare: draw.pick([0.85, 1.5, 9]),
      leastMap: draw.pick([1, 1, 14]),
      mostWastedMacs: draw.pick([0, 20_000, 0.3e6]),
    };
    const positions = { rows: each(starts.rows), columns: each(starts.columns) };
    const placed = { positions, starts, factor: draw.pick([0, 0.5, 2]), isInside: !draw.isOneIn(4) };
    const windows = { cut: node.id, rows, columns, ...placed, thresholds };
    const before = tf.memory().numTensors;
    const both = await incrementalAndDense(graph, image, windows);
    expect(tf.memory().numTensors, `tensors of network ${origin.index} at ${node.name}`).toBe(before);
    gaps.push({ what: `network ${origin.index} at ${node.name}`, gap: gap(both.incremental, both.dense) });
    const channels = Number(node.shape[3]);
    const taken = draw.whole(1, Math.min(3, channels));
    const first = draw.whole(0, channels - taken);
    const own = Int32Array.from({ length: BATCH }, () => first + draw.whole(0, taken - 1));
    const zeroed = await channelsAndDense(graph, image, node.id, { own, width: taken });
    expect(tf.memory().numTensors, `tensors of network ${origin.index} at ${node.name}`).toBe(before);
    gaps.push({ what: `network ${origin.index}, channels ${own} of ${node.name}`, gap: gap(zeroed.incremental, zeroed.dense) });
    for (const what of ['cells', 'other-cells', 'channels'] as const) {
      const asked = what === 'channels' ? { what, own, width: taken } : { ...windows, what };
      const afterRelu = await afterReluAndDense(graph, image, node.id, asked);
      expect(tf.memory().numTensors, `tensors of network ${origin.index} at ${node.name}`).toBe(before);
      if (!afterRelu) continue;
      gaps.push({
        what: `network ${origin.index}, ${what} of ${node.name} after a ReLU`,
        gap: gap(afterRelu.incremental, afterRelu.dense),
      });
    }
  }
  image.dispose();
  dispose();
  return gaps;
}

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  it(
    `${NETWORKS} networks give the same scores incrementally`,
    async () => {
      await openDevice(backend, await nodeDeviceEnvironment());
      const wrong: string[] = [];
      for (let index = 0; index < (backend === 'cpu' ? NETWORKS / 4 : NETWORKS); index++)
        for (const found of await gapsOf({ seed: SEED, index })) if (!(found.gap <= 1)) wrong.push(`${found.what}: ${found.gap}`);
      expect(wrong).toEqual([]);
    },
    LONGEST_MS,
  );
});
