/**
 * Sweeps over windows of cells, with all channels of a cell alike: the rest of the network runs from a copy for every window. The logits of
 * all classes are reported, so that maps of any class and score are arithmetic (`explain/ablation-plan.ts`).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { CellRange, Grid } from '../../../core/maps/grid.ts';
import { DEFAULT_ABLATION, type ReplacingValue, windowCells } from '../../../explain/ablation-plan.ts';
import type { SweepWork } from '../../../explain/work.ts';
import { canLay } from '../../backend/lay-kernel.ts';
import { BYTES_PER_VALUE } from '../../graph/tail-memory.ts';
import { workOf } from '../../graph/work-size.ts';
import { cutActivation, cutGrid, cutNode } from '../cut-activation.ts';
import type { Computation, MethodContext } from '../method.ts';
import { replacementOf } from '../replacement.ts';
import { sweepAfterRelu } from './after-relu-sweep.ts';
import { beginSweep } from './begin-sweep.ts';
import type { Ground } from './ground.ts';
import { sweepIncrementally } from './incremental-sweep.ts';
import { sweepEitherWay } from './quicker-way.ts';
import { sweepTail } from './sweep-tail.ts';

/** `inside` at the cells of each item's window, `outside` elsewhere and in the padding: `[batch, cells, 1]`. */
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

/** @param replaced which cells of a copy are replaced: those of its window, or all others */
export function windowSweep(replaced: 'window' | 'others'): Computation {
  return { kind: 'sweep', run: (context, work) => sweepWindows(context, work, replaced === 'window') };
}

/** Copies of which windows are replaced in the layer itself, or all else. */
function replacedWindows(context: MethodContext, value: ReplacingValue, isInside: boolean, blurStd?: number): Ground {
  const { tail, pass } = context;
  const [cut, activation] = [cutNode(context), cutActivation(context)];
  return {
    tail,
    kept: pass.activations,
    sites: [{ id: cut, kind: 'window', from: 0, to: activation.shape[3] }],
    keptBytes: activation.size * BYTES_PER_VALUE,
    changeBytes: 0,
    wholeWork: (graph) => workOf(graph, tail.steps),
    open() {
      const replacement = tf.tidy(() => replacementOf(activation, value, blurStd));
      const [x, base] = isInside ? [replacement, activation] : [activation, replacement];
      return { unchanged: { cuts: new Map([[cut, base]]) }, valuesAt: () => ({ x, base }), dispose: () => replacement.dispose() };
    },
  };
}

interface WindowKind {
  readonly what?: 'windows' | 'patches';
  /** Of what cells are replaced with, where that is blurred, in cells. */
  readonly blurStd?: number;
}

/**
 * @param isInside whether the cells of its window are replaced in a copy, or all others
 */
export async function sweepWindows(
  context: MethodContext,
  { ablation = DEFAULT_ABLATION, items }: Pick<SweepWork, 'ablation' | 'items'>,
  isInside: boolean,
  { what = 'windows', blurStd }: WindowKind = {},
): Promise<void> {
  const cells = cutGrid(context);
  const ranges = windowCells(cells, ablation);
  const sweptItems = items ?? Uint32Array.from(ranges.keys());
  const rangesOf = (positions: Uint32Array) => Array.from(positions).flatMap((position) => ranges[position] ?? []);
  beginSweep(context, { cells, activation: null, count: ranges.length, what });
  const { window, value } = ablation;
  const largest = { rows: Math.min(window, cells.rows), columns: Math.min(window, cells.columns) };
  const key = JSON.stringify([cutNode(context), ablation, isInside]);
  const incrementally = (own: MethodContext, ground: Ground, part: Uint32Array) =>
    sweepIncrementally(own, ground, { ...largest, ranges, items: part });
  if (value === 'after-relu') {
    const [inside, outside] = isInside ? [1, 0] : [0, 1];
    return sweepAfterRelu(context, {
      items: sweptItems,
      what: isInside ? 'cells' : 'other-cells',
      key,
      maskBytes: cells.rows * cells.columns * BYTES_PER_VALUE,
      ablated: (positions, batch) => windowMask(rangesOf(positions), batch, cells, inside, outside),
      incrementally,
    });
  }
  await sweepEitherWay(context, sweptItems, key, {
    incremental: async (own, part) => canLay() && incrementally(own, replacedWindows(own, value, isInside, blurStd), part),
    dense: (own, part) => sweptWhole(own, part, value, rangesOf, isInside, blurStd),
  });
}

/** Every copy's tail whole. */
async function sweptWhole(
  context: MethodContext,
  items: Uint32Array,
  value: ReplacingValue,
  rangesOf: (positions: Uint32Array) => CellRange[],
  isInside: boolean,
  blurStd?: number,
): Promise<boolean> {
  const cut = cutNode(context);
  const activation = cutActivation(context);
  const cells = cutGrid(context);
  // Broadcasting over cells as one axis is much quicker on WASM than over rows and columns.
  const channels = activation.shape[3];
  const flatten = (x: tf.Tensor) => tf.reshape(x, [1, cells.rows * cells.columns, channels]);
  // A factor needs one product, and gives an exact zero; other replacements are mixed in.
  const factor = typeof value === 'number' ? value : null;
  const replacement = factor === null ? tf.tidy(() => flatten(replacementOf(activation, value, blurStd))) : null;
  try {
    await sweepTail(context, {
      tail: context.tail,
      items,
      keptBytes: replacement ? replacement.size * BYTES_PER_VALUE : 0,
      maskBytes: (replacement ? 2 : 1) * cells.rows * cells.columns * BYTES_PER_VALUE,
      copies(positions, batch) {
        const inBatch = rangesOf(positions);
        const mask = (replaced: number, kept: number) =>
          isInside ? windowMask(inBatch, batch, cells, replaced, kept) : windowMask(inBatch, batch, cells, kept, replaced);
        const flat = flatten(activation);
        const unflatten = (x: tf.Tensor) => tf.reshape(x, [batch, cells.rows, cells.columns, channels]);
        if (!replacement) return new Map([[cut, unflatten(tf.mul(flat, mask(factor ?? 0, 1)))]]);
        const kept = tf.mul(flat, mask(0, 1));
        const replaced = tf.mul(replacement, mask(1, 0));
        return new Map([[cut, unflatten(tf.add(kept, replaced))]]);
      },
    });
    return true;
  } finally {
    replacement?.dispose();
  }
}
