/**
 * One map of several layers: each map's positive part as a share of its own largest value, on the finest of their grids, and then their mean,
 * or their product, in which a place must matter at every layer (RefineCAM). Early layers are fine and noisy, late ones coarse and sure.
 */
import { finestGrid, onGrid, positiveMaxOf } from './map-comparison.ts';
import type { SaliencyMap } from './saliency-map.ts';

export const COMBINATIONS = ['mean', 'product'] as const;

export type Combination = (typeof COMBINATIONS)[number];

/** What speaks for the class, from 0 to 1; zeros where nothing does. */
function shareOf({ rows, columns, values }: SaliencyMap): SaliencyMap {
  const largest = positiveMaxOf(values);
  return { rows, columns, values: values.map((value) => (largest > 0 ? Math.max(0, value) / largest : 0)) };
}

/**
 * @param maps of one image, at several layers
 * @returns from 0 to 1; null for no maps
 */
export function combinedLayers(maps: readonly SaliencyMap[], combination: Combination): SaliencyMap | null {
  if (maps.length === 0) return null;
  const grid = finestGrid(maps);
  const shares = maps.map((map) => onGrid(shareOf(map), grid).values);
  const values = new Float32Array(grid.rows * grid.columns);
  for (let i = 0; i < values.length; i++) {
    const here = shares.map((share) => share[i] ?? Number.NaN);
    values[i] =
      combination === 'mean'
        ? here.reduce((sum, value) => sum + value, 0) / here.length
        : here.reduce((product, value) => product * value, 1);
  }
  return { ...grid, values };
}
