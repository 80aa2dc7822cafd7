/**
 * The original FastAblationCAM (a Keras notebook), replayed on our graphs: what shifted its maps, and what emptied those of inner layers.
 *
 * Its layer keeps its own counter and ablates the next cell on every call. Keras calls a layer once while it builds the model, with nothing
 * in it, and that call moves the counter too. And to put the layer into a network, it connects every later concatenation anew, to the
 * tensors that were there before.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { SaliencyMap } from '../../src/core/maps/saliency-map.ts';
import { disposePass, forwardPass, type KeptPass } from '../../src/engine/graph/graph-executor.ts';
import type { GraphNode, LayerGraph } from '../../src/engine/graph/layer-graph.ts';
import type { Operation } from '../../src/engine/operations/operation.ts';

/** The layer that the original puts behind the one it explains. */
class CountingAblation {
  #next = 0;
  readonly #rows: number;
  readonly #columns: number;

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
  }

  /** Which cell this call ablates; the counter goes on by itself. */
  call(): number {
    const cell = this.#next;
    this.#next = (this.#next + 1) % (this.#rows * this.#columns);
    return cell;
  }
}

function operationFrom(run: Operation['run']): Operation {
  return { run, runForGradient: run, dispose() {} };
}

/** The graph as the original connects it: the node ablated, and every concatenation behind it fed with what there was before. */
function reconnected(graph: LayerGraph, node: GraphNode, mask: tf.Tensor, intact: KeptPass): LayerGraph {
  const nodes = graph.nodes.map((other) => {
    const { id, kind, operation } = other;
    if (id === node.id && operation)
      return { ...other, operation: operationFrom((inputs) => tf.tidy(() => tf.mul(operation.run(inputs), mask))) };
    const before = intact.activations.get(id);
    return kind === 'Concatenate' && id > node.id && before ? { ...other, operation: operationFrom(() => tf.clone(before)) } : other;
  });
  return { ...graph, nodes };
}

/**
 * The original's map of a class's logit: the drops in the order in which its runs came.
 *
 * @param input `[1, height, width, 3]`, preprocessed; stays the caller's
 */
export async function originalMap(graph: LayerGraph, node: GraphNode, input: tf.Tensor4D, classIndex: number): Promise<SaliencyMap> {
  const [, rows = 0, columns = 0] = node.shape.map((side) => side ?? 0);
  const layer = new CountingAblation(rows, columns);
  // Keras builds the model.
  layer.call();
  const concatenations = graph.nodes.filter(({ kind }) => kind === 'Concatenate').map(({ id }) => id);
  const intact = await forwardPass(graph, input, concatenations);
  const score = async (pass: KeptPass) => (await pass.logits.data())[classIndex] ?? Number.NaN;
  const baseline = await score(intact);
  const values = new Float32Array(rows * columns);
  for (const [run] of values.entries()) {
    const kept = new Float32Array(rows * columns).fill(1);
    kept[layer.call()] = 0;
    const mask = tf.tensor4d(kept, [1, rows, columns, 1]);
    const pass = await forwardPass(reconnected(graph, node, mask, intact), input, []);
    values[run] = baseline - (await score(pass));
    disposePass(pass);
    mask.dispose();
  }
  disposePass(intact);
  return { rows, columns, values };
}

/** A map as the original's counter would have laid it out: every value one cell early, and the first one last. */
export function inOriginalOrder({ rows, columns, values }: SaliencyMap): SaliencyMap {
  return { rows, columns, values: values.map((_, cell) => values[(cell + 1) % values.length] ?? Number.NaN) };
}
