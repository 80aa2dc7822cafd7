/**
 * FastAblationCAM: depthwise ablation.
 *
 * For every cell all channels are multiplied by `value` (0: silenced) and the rest of the network runs from there. The logits of all
 * classes are kept, so that maps of any class and either score are arithmetic (`core/ablation-plan.ts`). After the Ablation-CAM of
 * Desai & Ramaswamy (WACV 2020), which silences a channel at all cells in place of a cell in all channels.
 *
 * Many cells run as one batch. Its size is fixed for the sweep and the last one is padded, because GPU buffers are pooled by exact size.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type AblationSweep, type CellRange, type Grid, windowCells } from '../../core/ablation-plan.ts';
import { breathe } from '../breathe.ts';
import { batchSideInputs, runTail } from '../graph-executor.ts';
import { batchSize, tailMemory } from '../tail-memory.ts';
import { cutActivation, cutGrid } from './cut-activation.ts';
import type { Method } from './method.ts';

const WINDOW = 1;
const STRIDE = 1;
const VALUE = 0;

/** Factors for a batch of ablations, `[batch, cells, 1]`: `value` at the ablated cells, 1 elsewhere and in the padding. */
function ablationMask(ranges: readonly CellRange[], batch: number, { rows, columns }: Grid, value: number): tf.Tensor3D {
  const mask = new Float32Array(batch * rows * columns).fill(1);
  for (const [item, { top, left, bottom, right }] of ranges.entries()) {
    for (let row = top; row < bottom; row++) {
      const start = (item * rows + row) * columns;
      mask.fill(value, start + left, start + right);
    }
  }
  return tf.tensor3d(mask, [batch, rows * columns, 1]);
}

/**
 * One product of two flat shapes: broadcasting over cells as one axis is much quicker on WASM than over rows and columns.
 *
 * @param mask `[batch, cells, 1]`; freed
 * @returns `[batch, rows, columns, channels]`
 */
function ablate(activation: tf.Tensor4D, mask: tf.Tensor3D): tf.Tensor4D {
  const [, rows, columns, channels] = activation.shape;
  const ablated = tf.tidy(() => {
    const product = tf.mul(tf.reshape(activation, [1, rows * columns, channels]), mask);
    return tf.reshape(product, [mask.shape[0], rows, columns, channels] as const);
  });
  mask.dispose();
  return ablated as tf.Tensor4D;
}

export const fastAblationCam: Method = {
  id: 'fast-ablation-cam',
  async run(context) {
    const { graph, tail, pass, logits: baseline, limits, signal, onProgress } = context;
    const activation = cutActivation(context);
    const cells = cutGrid(context);
    const classes = baseline.length;
    const ranges = windowCells(cells, { window: WINDOW, stride: STRIDE });
    const batch = batchSize(tailMemory(graph, tail), ranges.length, limits);

    const logits = new Float32Array(ranges.length * classes);
    const pause = breathe(signal);
    const sideInputs = batchSideInputs(tail, pass, batch);
    try {
      for (let start = 0; start < ranges.length; start += batch) {
        const inBatch = ranges.slice(start, start + batch);
        const ablated = ablate(activation, ablationMask(inBatch, batch, cells, VALUE));
        const output = await runTail(graph, tail, ablated, sideInputs, pause).finally(() => ablated.dispose());
        try {
          const scores = await output.data();
          logits.set(scores.subarray(0, inBatch.length * classes), start * classes);
        } finally {
          output.dispose();
        }
        onProgress(start + inBatch.length, ranges.length);
      }
    } finally {
      tf.dispose([...sideInputs.values()]);
    }
    const sweep: AblationSweep = { cells, window: WINDOW, stride: STRIDE, value: VALUE, baseline, logits };
    return { method: 'fast-ablation-cam', sweep };
  },
};
