/** A tensor divided by the length of its vectors along one side, as `F.normalize` of PyTorch does it. */
import { numbersOf } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';
import { boundsOf, type Match } from './gated-activations.ts';
import { repeatTo } from './repeats.ts';
import type { Surroundings } from './surroundings.ts';

/** Shorter vectors are as good as none. */
const MAX_EPSILON = 1e-6;

/** @param last the node that divides */
export function lengthNormalization(last: GraphNode, around: Surroundings): Match | null {
  const [x = '', divisor = ''] = last.inputs;
  const expand = repeatTo(x, divisor, last, around);
  const clip = around.producer(expand?.inputs[0] ?? divisor);
  const length = around.producer(clip?.inputs[0] ?? '');
  if (clip?.kind !== 'Clip' || clip.domain !== '' || length?.kind !== 'ReduceL2' || length.domain !== '') return null;
  const [least, most] = boundsOf(clip, around);
  const given = around.constant(length.inputs[1] ?? '');
  const [axis, ...others] = (given ? numbersOf(given) : length.numbers('axes')) ?? [];
  const isOfOneSide = axis !== undefined && others.length === 0 && length.number('keepdims', 1) === 1 && length.inputs[0] === x;
  const isBounded = most === null && least !== null && least >= 0 && least <= MAX_EPSILON;
  if (!isOfOneSide || !isBounded || !around.isOnlyFor(length, clip) || !around.isOnlyFor(clip, expand ?? last)) return null;
  const replacement = last.with({ kind: 'LpNormalization', inputs: [x], attributes: new Map([['axis', axis]]) });
  return { replacement, nodes: [length, clip, ...(expand ? [expand] : []), last] };
}
