import { describe, expect, it } from 'vitest';
import { inputFrame } from '../images/geometry.ts';
import { cellAt, cellFrame, cellName, cellsBetween, middleOf, nearestOnInput, pointOnInput } from './cells.ts';

const GRID = { rows: 3, columns: 5 };

describe('cells', () => {
  it('are found at their own middles, and have their middles in their frames', () => {
    const frame = { left: 10, top: 20, width: 100, height: 60 };
    for (let cell = 0; cell < 15; cell++) {
      const middle = middleOf(GRID, cell);
      expect(cellAt(GRID, middle)).toBe(cell);
      const { left, top, width, height } = cellFrame(GRID, frame, cell);
      expect(left + width / 2).toBeCloseTo(frame.left + middle.x * frame.width);
      expect(top + height / 2).toBeCloseTo(frame.top + middle.y * frame.height);
    }
  });

  it('at the last edge belong to the last row and column', () => {
    expect(cellAt(GRID, { x: 0.9999999999, y: 1 })).toBe(14);
  });

  it('between two corners make a rectangle, whichever corner comes first', () => {
    expect(cellsBetween(GRID, 1, 8)).toEqual([1, 2, 3, 6, 7, 8]);
    expect(cellsBetween(GRID, 8, 1)).toEqual([1, 2, 3, 6, 7, 8]);
    expect(cellsBetween(GRID, 3, 6)).toEqual([1, 2, 3, 6, 7, 8]);
    expect(cellsBetween(GRID, 7, 7)).toEqual([7]);
  });

  it('are called by row and column, from one', () => {
    expect(cellName(GRID, 0)).toBe('row 1, column 1');
    expect(cellName(GRID, 9)).toBe('row 2, column 5');
  });
});

describe('a point of the image', () => {
  it('lies on the network’s input as the image was fitted, or beside it', () => {
    const image = { width: 200, height: 100 };
    // Bars are of whole pixels: with these sides they are equal.
    const input = { width: 40, height: 40 };
    const middle = { x: 0.5, y: 0.5 };
    for (const fit of ['stretched', 'letterbox', 'centre-crop'] as const)
      expect(pointOnInput(middle, image, inputFrame(image, input, fit))).toEqual(middle);
    expect(pointOnInput({ x: 0.1, y: 0.5 }, image, inputFrame(image, input, 'centre-crop'))).toBeNull();
    expect(pointOnInput({ x: 0.1, y: 0 }, image, inputFrame(image, input, 'letterbox'))).toEqual({ x: 0.1, y: 0.25 });
  });

  it('beside it has its nearest on the edge, which is a cell’s', () => {
    const image = { width: 200, height: 100 };
    const frame = inputFrame(image, { width: 40, height: 40 }, 'centre-crop');
    expect(nearestOnInput({ x: 0.5, y: 0.5 }, image, frame)).toEqual({ x: 0.5, y: 0.5 });
    const [before, behind] = [nearestOnInput({ x: 0.1, y: -3 }, image, frame), nearestOnInput({ x: 0.9, y: 3 }, image, frame)];
    expect(before).toEqual({ x: 0, y: 0 });
    expect(cellAt(GRID, behind)).toBe(14);
    expect(behind.x).toBeLessThan(1);
  });
});
