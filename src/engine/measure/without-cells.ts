/** What the network says when several cells of a layer are ablated together. */
import * as tf from '@tensorflow/tfjs-core';
import type { AblationValue } from '../../explain/ablation-plan.ts';
import { batchSkipInputs, type KeptPass, runTail } from '../graph/graph-executor.ts';
import type { LayerGraph, Tail } from '../graph/layer-graph.ts';
import { cutActivation, cutNode } from '../methods/cut-activation.ts';
import { replacementOf } from '../methods/replacement.ts';

/**
 * @param cells row-major numbers of the layer's cells
 * @param value what replaces their activations
 * @param pause awaited between layers (see `yieldToEventLoop`)
 * @returns the logits, `[classes]`
 * @throws what `pause` throws; nothing is left behind then
 */
export async function logitsWithoutCells(
  graph: LayerGraph,
  cut: { readonly tail: Tail; readonly pass: KeptPass },
  cells: Uint32Array,
  value: AblationValue,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const activation = cutActivation(cut);
  const [, rows, columns] = activation.shape;
  const mask = new Float32Array(rows * columns);
  for (const cell of cells) mask[cell] = 1;
  const copy = tf.tidy(() => {
    const isAblated = tf.tensor4d(mask, [1, rows, columns, 1]);
    return tf.add(tf.mul(activation, tf.sub(1, isAblated)), tf.mul(replacementOf(activation, value), isAblated));
  });
  const skipInputs = batchSkipInputs(cut.tail, cut.pass, 1);
  try {
    const output = await runTail(graph, cut.tail, new Map([[cutNode(cut), copy]]), skipInputs, pause);
    try {
      return Float32Array.from(await output.data());
    } finally {
      output.dispose();
    }
  } finally {
    tf.dispose([copy, ...skipInputs.values()]);
  }
}
