/** Grids whose rows and columns are not the image's, as those before the `Flatten` of a network that has its channels first. */
import type { GraphNode, LayerGraph, NodeId } from './layer-graph.ts';

/** Which of the image's sides each side of an activation is: rows are 1, columns 2, channels 3. Null where nothing tells. */
type Sides = readonly (number | undefined)[] | null;

const UPRIGHT: Sides = [1, 2, 3];

function isGrid({ shape }: GraphNode): boolean {
  return shape.length === 4;
}

/** By what comes before: all that the image is only turned on its way to. */
function sidesFromBefore(nodes: readonly GraphNode[]): ReadonlyMap<NodeId, Sides> {
  const known = new Map<NodeId, Sides>();
  for (const node of nodes) {
    const { id, inputs, sides } = node;
    const own = inputs.map((input) => known.get(input) ?? null).find((each) => each !== null) ?? null;
    const before = inputs.length === 0 ? UPRIGHT : own;
    const after = sides === undefined ? before : (sides && before && sides.map((side) => before[side - 1])) || null;
    known.set(id, isGrid(node) ? after : null);
  }
  return known;
}

/** What a node takes its input for; null where it may be anything. */
function sidesOfInput({ role, sides }: GraphNode, after: Sides): Sides {
  if (role === 'convolution' || role === 'pooling') return UPRIGHT;
  if (sides === undefined || !sides || !after) return sides === undefined ? after : null;
  return sides.map((_, side) => after[sides.indexOf(side + 1)]);
}

/** What is laid out anew may be a grid of the image's cells again: what comes after takes it for one, or turns it first. */
export function turnedGrids({ nodes }: LayerGraph): ReadonlySet<NodeId> {
  const known = new Map(sidesFromBefore(nodes));
  for (const node of nodes.toReversed()) {
    if (!isGrid(node)) continue;
    const wanted = sidesOfInput(node, known.get(node.id) ?? null);
    for (const input of node.inputs) if (nodes[input] && isGrid(nodes[input]) && !known.get(input)) known.set(input, wanted);
  }
  const turned = nodes.filter(({ id }) => {
    const sides = known.get(id);
    return sides && (sides[0] !== 1 || sides[1] !== 2);
  });
  return new Set(turned.map(({ id }) => id));
}
