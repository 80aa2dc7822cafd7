/**
 * A layer normalisation, as Keras and TensorFlow write it out: `x * inverse + (shift - mean * inverse)`, where the inverse is that of the std,
 * times one number for each channel.
 */
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import { lastSideOfMean } from './means.ts';
import { raised, shifted } from './products.ts';
import type { Surroundings } from './surroundings.ts';

type Either = readonly [first: string, second: string];

/** Both ways in which two inputs can be meant. */
function ways(node: GraphNode | undefined, kind: string): readonly Either[] {
  if (node?.kind !== kind || node.domain !== '' || node.inputs.length !== 2) return [];
  const [a = '', b = ''] = node.inputs;
  return [
    [a, b],
    [b, a],
  ];
}

/** Whether it is a weight that has one number for each place of the last side. */
function isAlongLast(tensor: string, around: Surroundings): boolean {
  const shape = around.constant(tensor)?.shape;
  return shape !== undefined && shape.length > 0 && shape.slice(0, -1).every((side) => side === 1);
}

/** The inverse of the std of the last side. */
interface Inverse {
  readonly x: string;
  readonly mean: string;
  readonly axis: number;
  readonly epsilon: number;
  readonly nodes: readonly GraphNode[];
}

function inverseIn(tensor: string, around: Surroundings): Inverse | null {
  const reciprocal = around.producer(tensor);
  const root = around.producer(reciprocal?.inputs[0] ?? '');
  const sum = around.producer(root?.inputs[0] ?? '');
  const added = shifted(sum, around);
  const variance = around.producer(added?.tensor ?? '');
  const square = around.producer(variance?.inputs[0] ?? '');
  const power = raised(square, around);
  const [first = '', second = ''] = square?.inputs ?? [];
  const centredName = power?.number === 2 ? power.tensor : square?.kind === 'Mul' && first === second ? first : '';
  const centred = around.producer(centredName);
  if (reciprocal?.kind !== 'Reciprocal' || root?.kind !== 'Sqrt' || centred?.kind !== 'Sub') return null;
  for (const [x, meanName] of ways(centred, 'Sub')) {
    const mean = around.producer(meanName);
    const [axis, same] = [mean, variance].map((node) => node && lastSideOfMean(node, around));
    if (!mean || !variance || !sum || !square || !added || mean.inputs[0] !== x || typeof axis !== 'number' || axis !== same) continue;
    const nodes = [mean, centred, square, variance, sum, root, reciprocal];
    return { x, mean: meanName, axis, epsilon: added.number, nodes };
  }
  return null;
}

/** What is added to each channel, and the nodes that take the mean off it. */
interface Shift {
  readonly beta: string;
  readonly nodes: readonly GraphNode[];
}

/** `-(mean * inverse)`, as a product with the mean turned around. */
function turnedMean(tensor: string, mean: string, inverse: string, around: Surroundings): readonly GraphNode[] | null {
  const product = around.producer(tensor);
  for (const [a, b] of ways(product, 'Mul')) {
    const negative = around.producer(a);
    if (b === inverse && product && negative?.kind === 'Neg' && negative.inputs[0] === mean) return [product, negative];
  }
  return null;
}

function shiftIn(tensor: string, mean: string, inverse: string, around: Surroundings): Shift | null {
  const last = around.producer(tensor);
  const alone = turnedMean(tensor, mean, inverse, around);
  if (alone) return { beta: '', nodes: alone };
  if (!last) return null;
  for (const [beta, other] of ways(last, 'Add')) {
    const nodes = turnedMean(other, mean, inverse, around);
    if (nodes && isAlongLast(beta, around)) return { beta, nodes: [last, ...nodes] };
  }
  const [beta = '', productName = ''] = last.kind === 'Sub' ? last.inputs : [];
  const product = around.producer(productName);
  const isOfMean = ways(product, 'Mul').some(([a, b]) => a === mean && b === inverse);
  return product && isOfMean && isAlongLast(beta, around) ? { beta, nodes: [last, product] } : null;
}

/** @param last the node that adds the shift */
export function inverseNormalization(last: GraphNode, around: Surroundings): Match | null {
  for (const [scaledName, shiftName] of ways(last, 'Add')) {
    const scaled = around.producer(scaledName);
    for (const [x, inverseName] of ways(scaled, 'Mul')) {
      const product = around.producer(inverseName);
      const plain = inverseIn(inverseName, around);
      const [gamma, inner] = plain
        ? ['', plain]
        : (ways(product, 'Mul').flatMap(([a, b]) => {
            const found = isAlongLast(b, around) ? inverseIn(a, around) : null;
            return found ? [[b, found] as const] : [];
          })[0] ?? ['', null]);
      const shift = inner?.x === x ? shiftIn(shiftName, inner.mean, inverseName, around) : null;
      if (!scaled || !inner || !shift) continue;
      const inside = [...inner.nodes, ...(product && !plain ? [product] : []), scaled, ...shift.nodes];
      if (!inside.every((node) => around.isOnlyFor(node, ...inside, last))) continue;
      const attributes = new Map([
        ['axis', inner.axis],
        ['epsilon', inner.epsilon],
      ]);
      const inputs = [x, gamma, shift.beta];
      return { replacement: last.with({ kind: 'LayerNormalization', inputs, attributes }), nodes: [...inside, last] };
    }
  }
  return null;
}
