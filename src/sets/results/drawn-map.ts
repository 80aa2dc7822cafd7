/** From a map's saved numbers, which are as they were computed, to the map that was drawn of them. */
import * as v from 'valibot';
import type { Grid } from '../../core/maps/grid.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { onCells, positionGrid } from '../../explain/ablation-plan.ts';
import type { MapFiles } from './result-line.ts';

/** As many values as the pixels of the largest image that networks take. */
const MOST_VALUES = 4096 * 4096;
const Count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What of a data JSON (docs/interface.md) a map is made from. */
const Saved = v.object({
  shape: v.tuple([Count, Count]),
  values: v.array(v.array(v.number())),
  window: v.nullable(Count),
  stride: v.nullable(Count),
});

function rangeOf({ values }: SaliencyMap): readonly [least: number, most: number] {
  return [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
}

/** Float32's roundings, and those that were taken for nothing. */
const TOLERANCE = 1e-4;

/** The map, or the map above some value, if its ends are those that were written down. */
function withEnds(map: SaliencyMap, { minimum, maximum }: Pick<MapFiles, 'minimum' | 'maximum'>): SaliencyMap | null {
  const allowed = TOLERANCE * Math.max(Math.abs(minimum), Math.abs(maximum));
  const [least, most] = rangeOf(map);
  // Some methods draw what is above the least value, or above the mean.
  const shift = Math.abs(most - maximum) <= allowed ? 0 : most - maximum;
  if (Math.abs(least - shift - minimum) > allowed) return null;
  return shift === 0 ? map : { ...map, values: map.values.map((value) => value - shift) };
}

/**
 * @param text of the data JSON
 * @param written the line of the results that is about the map
 * @param cells the grid of what was ablated, where windows are larger than a cell; null where it is not known
 * @returns null where the numbers are damaged, or are not those of the map that was drawn
 */
export function drawnMap(text: string, written: MapFiles, cells: Grid | null): SaliencyMap | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { success, output } = v.safeParse(Saved, json);
  if (!success) return null;
  const [rows, columns] = output.shape;
  const isWhole = output.values.length === rows && output.values.every(({ length }) => length === columns);
  if (!isWhole || rows * columns > MOST_VALUES) return null;
  const raw: SaliencyMap = { rows, columns, values: Float32Array.from(output.values.flat()) };
  if (written.minimum === 0 && written.maximum === 0) return { ...raw, values: new Float32Array(rows * columns) };
  const settings = { window: output.window ?? 1, stride: output.stride ?? 1 };
  const isByCell = settings.window === 1 && settings.stride === 1;
  if (isByCell || !cells) return withEnds(raw, written);
  const positions = positionGrid(cells, settings);
  const fits = positions.rows === rows && positions.columns === columns;
  return fits ? withEnds(onCells(raw, cells, settings), written) : null;
}
