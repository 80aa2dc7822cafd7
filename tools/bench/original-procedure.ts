/**
 * The procedure that FastAblationCAM replaces: the whole network runs anew for every cell, with that cell zeroed on the way; one cell at a
 * time as the original did, or a batch of cells at a time as pytorch-grad-cam does. It is built on the same operations and backend as ours,
 * so that the two differ in nothing but the procedure.
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposePass, forwardPass } from '../../src/engine/graph/graph-executor.ts';
import type { GraphNode, LayerGraph } from '../../src/engine/graph/layer-graph.ts';

/** The graph with the node's activation multiplied by `mask`, `[batch, rows, columns, 1]`. */
function withMask(graph: LayerGraph, { id, operation }: GraphNode, mask: tf.Tensor): LayerGraph {
  if (!operation) throw new Error('the input cannot be ablated');
  const run = (inputs: tf.Tensor[]) => tf.tidy(() => tf.mul(operation.run(inputs), mask));
  const masked = { run, runForGradient: run, dispose() {} };
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, operation: masked } : node)) };
}

/**
 * The logits with each of these cells (counted row by row) zeroed, `[classes]` each.
 *
 * @param input `[1, height, width, 3]`, preprocessed
 * @param batch how many cells run at once
 */
export async function ablateByWholePasses(
  graph: LayerGraph,
  node: GraphNode,
  input: tf.Tensor4D,
  cells: readonly number[],
  batch: number,
): Promise<Float32Array[]> {
  const [, rows = 0, columns = 0] = node.shape.map((side) => side ?? 0);
  const scores: Float32Array[] = [];
  const copies = tf.tile(input, [batch, 1, 1, 1]);
  for (let start = 0; start < cells.length; start += batch) {
    const inBatch = cells.slice(start, start + batch);
    const values = new Float32Array(batch * rows * columns).fill(1);
    for (const [i, cell] of inBatch.entries()) values[i * rows * columns + cell] = 0;
    const mask = tf.tensor4d(values, [batch, rows, columns, 1]);
    const pass = await forwardPass(withMask(graph, node, mask), copies, []);
    const logits = Float32Array.from(await pass.logits.data());
    const classes = logits.length / batch;
    for (const [i] of inBatch.entries()) scores.push(logits.slice(i * classes, (i + 1) * classes));
    disposePass(pass);
    mask.dispose();
  }
  copies.dispose();
  return scores;
}
