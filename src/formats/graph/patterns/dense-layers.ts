/** A product with a matrix and the bias that is added to it, as one node: Keras' exporters and torch's, of tensors with more sides, write two. */
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

/** @param last the node that adds */
export function denseWithBias(last: GraphNode, around: Surroundings): Match | null {
  if (last.kind !== 'Add') return null;
  for (const [tensor = '', bias = ''] of [last.inputs, last.inputs.toReversed()]) {
    const product = around.producer(tensor);
    const [x = '', matrix = ''] = product?.inputs ?? [];
    const units = around.constant(matrix)?.shape;
    const added = around.constant(bias)?.shape;
    const isFitting = units?.length === 2 && added?.length === 1 && added[0] === units[1];
    if (product?.kind !== 'MatMul' || around.constant(x) || !isFitting || !around.isOnlyFor(product, last)) continue;
    return { replacement: last.with({ kind: 'MatMul', inputs: [x, matrix, bias] }), nodes: [product, last] };
  }
  return null;
}
