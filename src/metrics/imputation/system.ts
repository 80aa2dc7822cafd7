/** The matrix of linear imputation: each removed pixel's diagonal, and its links to those removed pixels that are neighbours. */
import { clear, type Levels, paddedIndex, prepareLevels } from './levels.ts';

export const BESIDE = 1 / 6;
export const ACROSS = 1 / 12;

/** Makes the levels those of the matrix whose unknowns are the removed pixels. */
export function setSystem(levels: Levels, removed: Uint8Array): void {
  const [finest] = levels;
  clear(finest);
  const { rows, columns, stride, isUnknown, diagonal, east, southWest, south, southEast } = finest;
  for (let row = 0; row < rows; row++) isUnknown.set(removed.subarray(row * columns, (row + 1) * columns), paddedIndex(columns, row, 0));
  /** How many neighbours there are on an axis. */
  const beside = (at: number, count: number) => (at > 0 ? 1 : 0) + (at < count - 1 ? 1 : 0);
  for (let row = 0; row < rows; row++) {
    const start = paddedIndex(columns, row, 0);
    const vertical = beside(row, rows);
    for (let i = start; i < start + columns; i++) {
      if (!isUnknown[i]) continue;
      const horizontal = beside(i - start, columns);
      diagonal[i] = BESIDE * (vertical + horizontal) + ACROSS * vertical * horizontal;
      east[i] = BESIDE * (isUnknown[i + 1] ?? 0);
      southWest[i] = ACROSS * (isUnknown[i + stride - 1] ?? 0);
      south[i] = BESIDE * (isUnknown[i + stride] ?? 0);
      southEast[i] = ACROSS * (isUnknown[i + stride + 1] ?? 0);
    }
  }
  prepareLevels(levels);
}
