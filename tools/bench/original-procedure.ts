/**
 * The procedure that FastAblationCAM replaces: for every cell the whole network runs anew, with that one cell silenced on the way.
 * It is built on the same operations and backend as ours, so that the two differ in nothing but the procedure.
 */
import * as tf from '@tensorflow/tfjs-core';
import { windowCells } from '../../src/core/ablation-plan.ts';
import { disposePass, forwardPass } from '../../src/engine/graph-executor.ts';
import type { GraphNode, LayerGraph } from '../../src/engine/layer-graph.ts';

/** The graph with the node's activation multiplied by `mask`, `[1, rows, columns, 1]`. */
function withMask(graph: LayerGraph, { id, operation }: GraphNode, mask: tf.Tensor): LayerGraph {
  if (!operation) throw new Error('the input cannot be ablated');
  const run = (inputs: tf.Tensor[]) => tf.tidy(() => tf.mul(operation.run(inputs), mask));
  const masked = { run, runForGradient: run, dispose() {} };
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, operation: masked } : node)) };
}

/**
 * The logits of each of the layer's first `count` cells silenced, `[count, classes]`, one whole pass each.
 *
 * @param input `[1, height, width, 3]`, preprocessed
 */
export async function ablateByWholePasses(graph: LayerGraph, node: GraphNode, input: tf.Tensor4D, count: number): Promise<Float32Array[]> {
  const [, rows = 0, columns = 0] = node.shape.map((side) => side ?? 0);
  const scores: Float32Array[] = [];
  for (const { top, left } of windowCells({ rows, columns }, { window: 1, stride: 1 }).slice(0, count)) {
    const mask = tf.buffer([1, rows, columns, 1], 'float32', new Float32Array(rows * columns).fill(1));
    mask.set(0, 0, top, left, 0);
    const tensor = mask.toTensor();
    const pass = await forwardPass(withMask(graph, node, tensor), input, []);
    scores.push(Float32Array.from(await pass.logits.data()));
    disposePass(pass);
    tensor.dispose();
  }
  return scores;
}
