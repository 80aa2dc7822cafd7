import { AppError } from '../../core/app-error.ts';
import { sizeOfShape } from '../../formats/network/artifacts.ts';
import type { LayerGraph } from './layer-graph.ts';

/** A gigabyte: more than a page can hold beside the others. */
const MAX_ACTIVATION_VALUES = 2 ** 28;

/** @throws AppError `model-unsupported` naming the first layer that gives nothing, or more than can be held */
export function checkShapes({ nodes }: LayerGraph): void {
  for (const { name, shape } of nodes) {
    const sides = shape.slice(1).map(Number);
    const isPossible = sides.every((side) => Number.isInteger(side) && side > 0) && sizeOfShape(sides) <= MAX_ACTIVATION_VALUES;
    if (isPossible) continue;
    throw new AppError(
      'model-unsupported',
      `The layer ${name} would give ${sides.join(' × ')} values, which cannot be run here; please check its settings and the size of the images.`,
    );
  }
}
