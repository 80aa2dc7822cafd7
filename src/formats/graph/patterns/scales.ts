/** A product with numbers and a sum with others, one of each for every channel, as one node: what is left of a batch normalisation. */
import type { Constant } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

/** Its shape without sides of one at the beginning; null where it is more than one number for each place of one side. */
function channels(constant: Constant | null): string | null {
  const sides = constant?.shape.slice(constant.shape.findIndex((side) => side > 1)) ?? [];
  return sides.filter((side) => side > 1).length === 1 ? sides.join() : null;
}

/** A tensor of the image, and the constant beside it. */
function parts(node: GraphNode | undefined, kind: string, around: Surroundings): readonly [tensor: string, constant: string] | null {
  if (node?.kind !== kind || node.domain !== '' || node.inputs.length !== 2) return null;
  const [a = '', b = ''] = node.inputs;
  if (around.constant(b)) return [a, b];
  return around.constant(a) ? [b, a] : null;
}

/** @param last the node that adds */
export function scaledAndShifted(last: GraphNode, around: Surroundings): Match | null {
  const [product = '', offset = ''] = parts(last, 'Add', around) ?? [];
  const scaling = around.producer(product);
  const [x = '', scale = ''] = parts(scaling, 'Mul', around) ?? [];
  const shape = channels(around.constant(scale));
  if (!scaling || shape === null || shape !== channels(around.constant(offset)) || !around.isOnlyFor(scaling, last)) return null;
  return { replacement: last.with({ kind: 'Mul', inputs: [x, scale, offset] }), nodes: [scaling, last] };
}
