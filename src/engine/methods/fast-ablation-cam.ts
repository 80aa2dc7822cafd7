/**
 * FastAblationCAM: depthwise ablation.
 *
 * For every window of cells all channels are replaced (by default zeroed) and the rest of the network runs from there. The logits of all
 * classes are reported, so that maps of any class and score are arithmetic (`explain/ablation-plan.ts`). After the Ablation-CAM of Desai &
 * Ramaswamy (WACV 2020), which zeroes out a channel at all cells in place of a cell in all channels.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { CellRange, Grid } from '../../core/maps/grid.ts';
import { DEFAULT_ABLATION, windowCells } from '../../explain/ablation-plan.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import { cutActivation, cutGrid, cutNode } from './cut-activation.ts';
import type { Computation } from './method.ts';
import { replacementOf } from './replacement.ts';
import { sweepTail } from './sweep-tail.ts';

/** `inside` at the ablated cells of each item, `outside` elsewhere and in the padding: `[batch, cells, 1]`. */
function windowMask(ranges: readonly CellRange[], batch: number, { rows, columns }: Grid, inside: number, outside: number): tf.Tensor3D {
  const mask = new Float32Array(batch * rows * columns).fill(outside);
  for (const [item, { top, left, bottom, right }] of ranges.entries()) {
    for (let row = top; row < bottom; row++) {
      const start = (item * rows + row) * columns;
      mask.fill(inside, start + left, start + right);
    }
  }
  return tf.tensor3d(mask, [batch, rows * columns, 1]);
}

export const fastAblationCam: Computation = {
  kind: 'sweep',
  async run(context, { ablation = DEFAULT_ABLATION, items }) {
    const cut = cutNode(context);
    const activation = cutActivation(context);
    const cells = cutGrid(context);
    const ranges = windowCells(cells, ablation);
    // Broadcasting over cells as one axis is much quicker on WASM than over rows and columns.
    const channels = activation.shape[3];
    const flatten = (x: tf.Tensor) => tf.reshape(x, [1, cells.rows * cells.columns, channels]);
    const flat = flatten(activation);
    // A factor needs one product, and gives an exact zero; other replacements are mixed in.
    const factor = typeof ablation.value === 'number' ? ablation.value : null;
    const replacement = factor === null ? tf.tidy(() => flatten(replacementOf(activation, ablation.value))) : null;
    context.emit({ kind: 'begun', cells, activation: null, forwardMs: context.forwardMs });
    try {
      await sweepTail(context, {
        tail: context.tail,
        items: items ?? Uint32Array.from(ranges.keys()),
        keptBytes: replacement ? replacement.size * BYTES_PER_VALUE : 0,
        maskBytes: (replacement ? 2 : 1) * cells.rows * cells.columns * BYTES_PER_VALUE,
        copies(positions, batch) {
          const inBatch = Array.from(positions).flatMap((position) => ranges[position] ?? []);
          const unflatten = (x: tf.Tensor) => tf.reshape(x, [batch, cells.rows, cells.columns, channels]);
          if (!replacement) return new Map([[cut, unflatten(tf.mul(flat, windowMask(inBatch, batch, cells, factor ?? 0, 1)))]]);
          const kept = tf.mul(flat, windowMask(inBatch, batch, cells, 0, 1));
          const replaced = tf.mul(replacement, windowMask(inBatch, batch, cells, 1, 0));
          return new Map([[cut, unflatten(tf.add(kept, replaced))]]);
        },
      });
    } finally {
      flat.dispose();
      replacement?.dispose();
    }
  },
};
