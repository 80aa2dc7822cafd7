/** Grids whose rows and columns are not the image's, as those before the `Flatten` of a network that has its channels first. */
import type { LayerGraph, NodeId } from './layer-graph.ts';

/** Which of the image's sides each side of an activation is: rows are 1, columns 2, channels 3. Null where nothing tells. */
type Sides = readonly (number | undefined)[] | null;

const UPRIGHT: Sides = [1, 2, 3];

/** What is laid out anew may be a grid of the image's cells again, so that only what is certain counts. */
export function turnedGrids({ nodes }: LayerGraph): ReadonlySet<NodeId> {
  const known = new Map<NodeId, Sides>();
  const turned = new Set<NodeId>();
  for (const { id, inputs, shape, sides } of nodes) {
    const own = inputs.map((input) => known.get(input) ?? null).find((each) => each !== null) ?? null;
    const before = inputs.length === 0 ? UPRIGHT : own;
    const after = sides === undefined ? before : (sides && before && sides.map((side) => before[side - 1])) || null;
    const isGrid = shape.length === 4;
    known.set(id, isGrid ? after : null);
    if (isGrid && after && (after[0] !== 1 || after[1] !== 2)) turned.add(id);
  }
  return turned;
}
