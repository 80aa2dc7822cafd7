import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SaliencyMap } from '../maps/saliency-map.ts';
import { gridUpTo, holds, listOf, wholeNumbers } from '../testing/property.ts';
import type { Size } from './geometry.ts';
import { changedInput, type InputChange, isIdentity, isSameChange, undoneMap } from './input-change.ts';

const NOTHING: InputChange = { shiftX: 0, shiftY: 0, isMirrored: false, isUpsideDown: false, noise: 0, noiseKind: 'gaussian', seed: 0 };

const flips = fc.record({ isMirrored: fc.boolean(), isUpsideDown: fc.boolean() });

/** As far as half of each side. */
function changeOf({ width, height }: Size): fc.Arbitrary<InputChange> {
  const [x, y] = [Math.floor(width / 2), Math.floor(height / 2)];
  const shifts = fc.record({ shiftX: fc.integer({ min: -x, max: x }), shiftY: fc.integer({ min: -y, max: y }) });
  return fc.tuple(flips, shifts).map(([flip, shift]) => ({ ...NOTHING, ...flip, ...shift }));
}

/** A network that sees each block of pixels by itself, so that its map moves with the image. */
function blockMeans(values: Float32Array, { width, height }: Size, side: number): SaliencyMap {
  const [rows, columns] = [height / side, width / side];
  const map = { rows, columns, values: new Float32Array(rows * columns) };
  for (const [i, value] of values.entries()) {
    const cell = Math.floor(Math.floor(i / width) / side) * columns + Math.floor((i % width) / side);
    map.values[cell] = (map.values[cell] ?? 0) + value / side ** 2;
  }
  return map;
}

describe('a changed input', () => {
  it('is moved with its edge repeated, then flipped, all channels of a pixel together', () => {
    const input = { width: 3, height: 2 };
    const values = Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6);
    const firsts = (change: Partial<InputChange>) => {
      const changed = [...changedInput(values, input, { ...NOTHING, ...change })];
      const first = changed.filter((_, i) => i % 2 === 0);
      expect(changed).toEqual(first.flatMap((value) => [value, -value]));
      return first;
    };
    expect(firsts({})).toEqual([1, 2, 3, 4, 5, 6]);
    expect(firsts({ shiftX: 1 })).toEqual([1, 1, 2, 4, 4, 5]);
    expect(firsts({ shiftX: -2 })).toEqual([3, 3, 3, 6, 6, 6]);
    expect(firsts({ shiftY: 1 })).toEqual([1, 2, 3, 1, 2, 3]);
    expect(firsts({ isMirrored: true })).toEqual([3, 2, 1, 6, 5, 4]);
    expect(firsts({ isUpsideDown: true })).toEqual([4, 5, 6, 1, 2, 3]);
    expect(firsts({ shiftX: 1, isMirrored: true })).toEqual([2, 1, 1, 5, 4, 4]);
    expect([...values]).toEqual([1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]);
  });

  it('has noise of the std that is asked for, as a share of the range, and the same for the same seed', () => {
    const input = { width: 100, height: 100 };
    const values = Float32Array.from({ length: 30_000 }, (_, i) => (i % 5) - 2);
    const noisy = (seed: number) => changedInput(values, input, { ...NOTHING, noise: 0.25, seed });
    const added = noisy(3).map((value, i) => value - (values[i] ?? 0));
    const mean = added.reduce((sum, value) => sum + value, 0) / added.length;
    const std = Math.sqrt(added.reduce((sum, value) => sum + (value - mean) ** 2, 0) / added.length);
    // A quarter of four, within five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(30_000));
    expect(Math.abs(std - 1)).toBeLessThan(5 / Math.sqrt(60_000));
    expect(noisy(3)).toEqual(noisy(3));
    expect(noisy(4)).not.toEqual(noisy(3));
  });

  it('is known to be changed, and to be another one', () => {
    expect(isIdentity({ ...NOTHING, seed: 7 })).toBe(true);
    for (const part of [{ shiftX: 1 }, { shiftY: -1 }, { isMirrored: true }, { isUpsideDown: true }, { noise: 0.1 }]) {
      const change = { ...NOTHING, ...part };
      expect(isIdentity(change)).toBe(false);
      expect(isSameChange(change, NOTHING)).toBe(false);
      expect(isSameChange(change, { ...change })).toBe(true);
    }
    // A seed matters where there is noise, and nowhere else.
    expect(isSameChange({ ...NOTHING, isMirrored: true }, { ...NOTHING, isMirrored: true, seed: 1 })).toBe(true);
    expect(isSameChange({ ...NOTHING, noise: 0.1 }, { ...NOTHING, noise: 0.1, seed: 1 })).toBe(false);
  });
});

describe('the map of a changed input, laid back', () => {
  it('is the map of the input itself wherever it knows anything, of a network whose map moves with the image', () => {
    const cases = gridUpTo(9).chain(({ rows, columns }) => {
      const input = { width: columns, height: rows };
      return fc.record({ input: fc.constant(input), change: changeOf(input), numbers: listOf(rows * columns, wholeNumbers) });
    });
    holds(
      fc.property(cases, ({ input, change, numbers }) => {
        const values = Float32Array.from(numbers);
        const { width: columns, height: rows } = input;
        const back = undoneMap({ rows, columns, values: changedInput(values, input, change) }, input, change);
        for (const [i, value] of back.values.entries()) {
          const [x, y] = [(i % columns) + change.shiftX, Math.floor(i / columns) + change.shiftY];
          const isLeft = x >= 0 && x < columns && y >= 0 && y < rows;
          expect(Number.isNaN(value)).toBe(!isLeft);
          if (isLeft) expect(value).toBeCloseTo(values[i] ?? 0, 4);
        }
      }),
    );
  });

  it('has a planted spike where it was planted, though it was moved by part of a cell', () => {
    const side = 8;
    const cases = gridUpTo(5).chain(({ rows, columns }) =>
      fc.record({
        input: fc.constant({ width: columns * side, height: rows * side }),
        cell: fc.integer({ min: 0, max: rows * columns - 1 }),
        flip: flips,
        // Less than half a cell.
        shiftX: fc.integer({ min: -3, max: 3 }),
        shiftY: fc.integer({ min: -3, max: 3 }),
      }),
    );
    holds(
      fc.property(cases, ({ input, cell, flip, shiftX, shiftY }) => {
        const columns = input.width / side;
        const values = new Float32Array(input.width * input.height);
        for (const i of values.keys()) {
          const own = Math.floor(Math.floor(i / input.width) / side) * columns + Math.floor((i % input.width) / side);
          values[i] = own === cell ? 1 : 0;
        }
        const change = { ...NOTHING, ...flip, shiftX, shiftY };
        const back = undoneMap(blockMeans(changedInput(values, input, change), input, side), input, change);
        expect(back.values.every(Number.isFinite)).toBe(true);
        for (const [other, value] of back.values.entries()) if (other !== cell) expect(back.values[cell]).toBeGreaterThan(value);
      }),
    );
  });

  it('is interpolated with half-pixel centres: a move by a quarter of a cell takes a quarter of the neighbour', () => {
    const back = undoneMap(
      { rows: 1, columns: 4, values: Float32Array.of(0, 8, 0, 4) },
      { width: 16, height: 16 },
      { ...NOTHING, shiftX: 1 },
    );
    expect([...back.values]).toEqual([2, 6, 1, 4]);
  });
});
