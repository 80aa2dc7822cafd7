/**
 * What the network says when several cells of a layer are ablated together. It is a single copy, whose tail is run whole: what it would save
 * by being worked out from what it changes is less than the pass that it would be compared with takes.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AblationValue } from '../../explain/ablation-plan.ts';
import { batchSkipInputs, type KeptPass, runTail } from '../graph/graph-executor.ts';
import type { LayerGraph, Tail } from '../graph/layer-graph.ts';
import { afterReluChanges, afterReluCopies, afterReluStart } from '../methods/after-relu.ts';
import { cutActivation, cutNode } from '../methods/cut-activation.ts';
import { replacementOf } from '../methods/replacement.ts';

interface Cut {
  readonly tail: Tail;
  readonly pass: KeptPass;
}

/**
 * @param cells row-major numbers of the layer's cells
 * @param value what replaces their activations
 * @param pause awaited between layers (see `yieldToEventLoop`)
 * @returns the logits, `[classes]`
 * @throws what `pause` throws; nothing is left behind then
 */
export async function logitsWithoutCells(
  graph: LayerGraph,
  cut: Cut,
  cells: Uint32Array,
  value: AblationValue,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const activation = cutActivation(cut);
  const [, rows, columns] = activation.shape;
  const mask = new Float32Array(rows * columns);
  for (const cell of cells) mask[cell] = 1;
  if (value === 'after-relu') return logitsAfterRelu(graph, cut, mask, pause);
  const copy = tf.tidy(() => {
    const isAblated = tf.tensor4d(mask, [1, rows, columns, 1]);
    return tf.add(tf.mul(activation, tf.sub(1, isAblated)), tf.mul(replacementOf(activation, value), isAblated));
  });
  const skipInputs = batchSkipInputs(cut.tail, cut.pass.activations, 1);
  try {
    return await valuesOf(runTail(graph, cut.tail, new Map([[cutNode(cut), copy]]), skipInputs, pause));
  } finally {
    tf.dispose([copy, ...skipInputs.values()]);
  }
}

/** The values of a tensor that is needed for nothing else. */
async function valuesOf(made: Promise<tf.Tensor>): Promise<Float32Array> {
  const tensor = await made;
  try {
    return Float32Array.from(await tensor.data());
  } finally {
    tensor.dispose();
  }
}

/** @param mask 1 for the cells that become nothing after the next ReLU */
async function logitsAfterRelu(graph: LayerGraph, cut: Cut, mask: Float32Array, pause: () => Promise<void>): Promise<Float32Array> {
  const start = await afterReluStart(graph, cut, pause);
  const ablated = () => tf.tensor3d(mask, [1, mask.length, 1]);
  const copies = tf.tidy(() => {
    const made = afterReluCopies(start, ablated());
    return { made: [...made.entries()] };
  }).made;
  try {
    return await valuesOf(runTail(graph, start.tail.rest, new Map(copies), start.kept, pause, afterReluChanges(start, ablated)));
  } finally {
    tf.dispose([...start.made, ...copies.map(([, copy]) => copy)]);
  }
}
