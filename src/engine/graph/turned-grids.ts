/** Grids whose rows and columns are not the image's, as those before the `Flatten` of a network that has its channels first. */
import type { GraphNode, LayerGraph, NodeId } from './layer-graph.ts';

/** Which of the image's sides each side of an activation is: rows are 1, columns 2, channels 3. Null where nothing tells. */
type Sides = readonly (number | undefined)[] | null;

const UPRIGHT: Sides = [1, 2, 3];

function isGrid({ shape }: GraphNode): boolean {
  return shape.length === 4;
}

/** Whether a node takes the first two sides for rows and columns, whatever they are. */
function takesCells({ role }: GraphNode): boolean {
  return role === 'convolution' || role === 'pooling';
}

/** By what comes before: all that the image is only turned on its way to, or that is convolved. */
function sidesFromBefore(nodes: readonly GraphNode[]): Map<NodeId, Sides> {
  const known = new Map<NodeId, Sides>();
  for (const node of nodes) {
    const { id, inputs, sides } = node;
    const own = inputs.map((input) => known.get(input) ?? null).find((each) => each !== null) ?? null;
    const before = own ?? (inputs.length === 0 || takesCells(node) ? UPRIGHT : null);
    const after = sides === undefined ? before : (sides && before && sides.map((side) => before[side - 1])) || null;
    known.set(id, isGrid(node) ? after : null);
  }
  return known;
}

/** What a node takes its input for; null where it may be anything. */
function sidesOfInput(node: GraphNode, after: Sides): Sides {
  if (takesCells(node)) return UPRIGHT;
  const { sides } = node;
  if (sides === undefined || !isGrid(node)) return isGrid(node) ? after : null;
  return sides && after && sides.map((_, side) => after[sides.indexOf(side + 1)]);
}

export interface Grids {
  /** Whose rows and columns are others than the image's. */
  readonly turned: ReadonlySet<NodeId>;
  /** That were laid out anew, and nothing tells as what. */
  readonly unknown: ReadonlySet<NodeId>;
}

/** What is laid out anew may be a grid of the image's cells again: what comes after takes it for one, or turns it first. */
export function gridsOf({ nodes }: LayerGraph): Grids {
  const known = sidesFromBefore(nodes);
  for (const node of nodes.toReversed()) {
    const wanted = sidesOfInput(node, known.get(node.id) ?? null);
    for (const input of node.inputs) if (nodes[input] && isGrid(nodes[input]) && !known.get(input)) known.set(input, wanted);
  }
  const grids = nodes.filter(isGrid).map(({ id }) => ({ id, sides: known.get(id) }));
  const turned = grids.filter(({ sides }) => sides && (sides[0] !== 1 || sides[1] !== 2));
  const unknown = grids.filter(({ sides }) => !sides);
  return { turned: new Set(turned.map(({ id }) => id)), unknown: new Set(unknown.map(({ id }) => id)) };
}
