/** What is repeated to the shape of a tensor that it is then computed with: arithmetic repeats sides of one by itself, whatever size images have. */
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

/** The node that repeats one of the two inputs to the shape of the other, for nobody else; null where there is none. */
export function repeatTo(tensor: string, repeated: string, last: GraphNode, around: Surroundings): GraphNode | null {
  const expand = around.producer(repeated);
  const shape = around.producer(expand?.inputs[1] ?? '');
  const isOfTensor = shape?.kind === 'Shape' && shape.inputs[0] === tensor && !shape.has('start') && !shape.has('end');
  return expand?.kind === 'Expand' && expand.domain === '' && isOfTensor && around.isOnlyFor(expand, last) ? expand : null;
}

/** @param last the node that computes with both */
export function repeatedForArithmetic(last: GraphNode, around: Surroundings): Match | null {
  const [a = '', b = '', ...others] = last.inputs;
  if (others.length > 0 || a === b) return null;
  const [second, first] = [repeatTo(a, b, last, around), repeatTo(b, a, last, around)];
  const expand = second ?? first;
  const [plain = ''] = expand?.inputs ?? [];
  if (!expand || around.constant(plain)) return null;
  return { replacement: last.with({ inputs: second ? [a, plain] : [plain, b] }), nodes: [expand, last] };
}
