/** A mean over columns and then over rows, as older networks have their global pooling. */
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

/** The sides that a mean is taken over, which are an attribute before opset 18; null where it is none, or nothing says it. */
function axesOfMean(node: GraphNode, around: Surroundings): readonly number[] | null {
  if (node.kind !== 'ReduceMean' || node.domain !== '') return null;
  const given = around.constant(node.inputs[1] ?? '');
  return given ? Array.from(given.values) : node.numbers('axes');
}

/** The side that a mean is taken over and that it keeps, where that is the last one: of four, it may be counted from the first. */
export function lastSideOfMean(node: GraphNode, around: Surroundings): number | null {
  const [axis, another] = axesOfMean(node, around) ?? [];
  return node.number('keepdims', 1) === 1 && another === undefined && (axis === -1 || axis === 3) ? axis : null;
}

/** What two means of one side each are, as `[first, second]`, and what they are together: all cells count the same. */
const TOGETHER: Readonly<Record<string, readonly number[]>> = { '3,2': [2, 3], '-1,-1': [-2, -1], '2,2': [2, 3], '-2,-1': [-2, -1] };

/** @param last the second of the two */
export function meanOfMeans(last: GraphNode, around: Surroundings): Match | null {
  const [x = ''] = last.inputs;
  const first = around.producer(x);
  const [before, after] = [first && axesOfMean(first, around), axesOfMean(last, around)];
  const isPlain = [first, last].every((node) => node?.number('keepdims', 1) === 0);
  const axes = before?.length === 1 && after?.length === 1 ? TOGETHER[`${before[0]},${after[0]}`] : undefined;
  if (!first || !axes || !isPlain || !around.isOnlyFor(first, last)) return null;
  const attributes = new Map<string, number | readonly number[]>([
    ['axes', axes],
    ['keepdims', 0],
  ]);
  return { replacement: last.with({ inputs: first.inputs.slice(0, 1), attributes }), nodes: [first, last] };
}
