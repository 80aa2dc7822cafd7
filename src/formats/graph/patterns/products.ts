/** Products and sums with single numbers, as exporters write functions out: whichever way round, and as divisions too. */
import { singleOf } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';
import type { Surroundings } from './surroundings.ts';

/** A tensor and a number. */
export interface WithNumber {
  readonly tensor: string;
  readonly number: number;
}

function ofTwo(node: GraphNode | undefined, kind: string, around: Surroundings): WithNumber | null {
  if (node?.kind !== kind || node.domain !== '') return null;
  const [a = '', b = ''] = node.inputs;
  const [left, right] = [singleOf(around.constant(a)), singleOf(around.constant(b))];
  if (right !== null) return { tensor: a, number: right };
  // Only what may stand either way round.
  return left !== null && kind !== 'Div' && kind !== 'Sub' ? { tensor: b, number: left } : null;
}

/** `tensor * number`, or divided by its inverse. */
export function scaled(node: GraphNode | undefined, around: Surroundings): WithNumber | null {
  const divided = ofTwo(node, 'Div', around);
  return divided ? { tensor: divided.tensor, number: 1 / divided.number } : ofTwo(node, 'Mul', around);
}

/** `tensor + number` */
export function shifted(node: GraphNode | undefined, around: Surroundings): WithNumber | null {
  return ofTwo(node, 'Add', around);
}

/** `tensor ** number` */
export function raised(node: GraphNode | undefined, around: Surroundings): WithNumber | null {
  return ofTwo(node, 'Pow', around);
}

export function isNear(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted));
}

/** What a node multiplies. */
export interface Product {
  /** The tensors, each as often as it occurs. */
  readonly tensors: readonly string[];
  /** All numbers, multiplied. */
  readonly factor: number;
  /** The nodes that multiply, the last one first. */
  readonly nodes: readonly GraphNode[];
}

/** No function that is recognised multiplies more often. */
const MAX_PRODUCTS = 8;

/** Everything that a node multiplies, through products that nobody else takes. */
export function productAt(node: GraphNode, around: Surroundings): Product {
  const nodes: GraphNode[] = [];
  const tensors: string[] = [];
  let factor = 1;
  const visit = (given: GraphNode): void => {
    nodes.push(given);
    const divisor = given.kind === 'Div' ? scaled(given, around) : null;
    if (divisor) factor *= divisor.number;
    for (const input of divisor ? [divisor.tensor] : given.inputs) {
      const number = singleOf(around.constant(input));
      const before = around.producer(input);
      const isProduct = before && before.domain === '' && (before.kind === 'Mul' || (before.kind === 'Div' && scaled(before, around)));
      if (number !== null) factor *= number;
      else if (isProduct && nodes.length < MAX_PRODUCTS && around.isOnlyFor(before, given)) visit(before);
      else tensors.push(input);
    }
  };
  visit(node);
  return { tensors, factor, nodes };
}
