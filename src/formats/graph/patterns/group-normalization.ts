/** A normalisation of channels in groups, which torch exports as one of instances between two reshapings. */
import { type Constant, numbersOf } from '../nodes/constant.ts';
import type { AttributeValue, GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

function isAll(constant: Constant | null, wanted: number): boolean {
  return constant !== null && numbersOf(constant).every((value) => value === wanted);
}

/** The sides that a reshaping gives; null where they are computed from the image. */
function sidesOf(node: GraphNode, around: Surroundings): readonly number[] | null {
  const given = around.constant(node.inputs[1] ?? '');
  return given ? numbersOf(given) : node.numbers('shape');
}

/** @param last the reshaping that gives the tensor the sides that it had */
export function groupNormalization(last: GraphNode, around: Surroundings): Match | null {
  const normalisation = around.producer(last.inputs[0] ?? '');
  const [grouped = '', scale = '', offset = ''] = normalisation?.kind === 'InstanceNormalization' ? normalisation.inputs : [];
  const first = around.producer(grouped);
  if (!normalisation || first?.kind !== 'Reshape' || [first, normalisation].some(({ domain }) => domain !== '')) return null;
  const [x = ''] = first.inputs;
  const [batch, groups = 0, cells, ...others] = sidesOf(first, around) ?? [];
  const isGrouped = (batch === 0 || batch === 1) && groups > 0 && cells === -1 && others.length === 0;
  if (!isGrouped || !isAll(around.constant(scale), 1) || !isAll(around.constant(offset), 0)) return null;
  const shape = around.producer(last.inputs[1] ?? '');
  const isOfTensor = shape?.kind === 'Shape' && shape.inputs[0] === x && !shape.has('start') && !shape.has('end');
  const sides = sidesOf(last, around);
  if (!isOfTensor && sides?.length !== 4) return null;
  if (!around.isOnlyFor(first, normalisation) || !around.isOnlyFor(normalisation, last)) return null;
  const attributes = new Map<string, AttributeValue>([
    ['num_groups', groups],
    ['epsilon', normalisation.number('epsilon', 1e-5)],
  ]);
  // Whether it had these sides before is known once the image has a size.
  if (sides) attributes.set('shape', sides);
  const { outputs } = last;
  return {
    replacement: normalisation.with({ kind: 'GroupNormalization', inputs: [x], outputs, attributes }),
    nodes: [first, normalisation, last],
  };
}
