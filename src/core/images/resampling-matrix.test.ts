import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INTERPOLATIONS, type Resampling, resamplingMatrix } from './resampling-matrix.ts';

interface ByTorch {
  readonly interpolation: Resampling['interpolation'];
  readonly isAntialiased: boolean;
  readonly values: readonly number[];
  readonly resized: readonly number[];
}

/** See tools/fixtures/make_resampling_numbers.py. */
const byTorch: readonly ByTorch[] = JSON.parse(readFileSync(new URL('testing/resampled-by-torch.json', import.meta.url), 'utf8'));

const TOLERANCE = 1e-6;

function resampled(
  values: readonly number[],
  target: number,
  resampling: Resampling,
  window = { from: 0, length: values.length },
): number[] {
  const matrix = resamplingMatrix(values.length, target, window, resampling);
  return Array.from({ length: target }, (_, i) => values.reduce((sum, value, k) => sum + value * (matrix[i * values.length + k] ?? 0), 0));
}

function of(
  interpolation: Resampling['interpolation'],
  isAntialiased = false,
  alignment: Resampling['alignment'] = 'half-pixel',
): Resampling {
  return { interpolation, isAntialiased, alignment };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
}

describe('resampling along an axis', () => {
  it.each(byTorch.map((one) => ({ ...one, from: one.values.length, to: one.resized.length })))(
    'is PyTorch’s: $interpolation, $from to $to, antialiased: $isAntialiased',
    ({ interpolation, isAntialiased, values, resized }) => {
      expectClose(resampled(values, resized.length, of(interpolation, isAntialiased)), resized);
    },
  );

  it.each(INTERPOLATIONS)('%s keeps what is the same everywhere', (interpolation) => {
    for (const isAntialiased of [false, true])
      for (const [source, target] of [
        [7, 3],
        [3, 7],
        [1, 4],
        [4, 1],
      ] as const) {
        const values = Array.from({ length: source }, () => 5);
        expectClose(
          resampled(values, target, of(interpolation, isAntialiased)),
          Array.from({ length: target }, () => 5),
        );
      }
  });

  it.each(INTERPOLATIONS)('%s treats both ends alike', (interpolation) => {
    const values = [3, 1, 4, 1, 5, 9, 2];
    const forwards = resampled(values, 5, of(interpolation, true));
    const backwards = resampled(values.toReversed(), 5, of(interpolation, true)).toReversed();
    expectClose(backwards, forwards);
  });

  it('is bicubic in TensorFlow’s way: four pixels, the weights of those outside given to the others', () => {
    // Halfway between two pixels Keys' weights are -1/16, 9/16, 9/16, -1/16; at the border the first is missing.
    const step = [0, 0, 16, 16, 16, 16];
    const [first, middle] = resampled(step, 3, of('bicubic'));
    expectClose([first ?? Number.NaN, middle ?? Number.NaN], [(-1 * 16) / 17, (9 * 16 + 9 * 16 - 1 * 16) / 16]);
  });

  it('is of the share of each pixel for areas that do not divide', () => {
    expectClose(resampled([1, 2, 3, 4], 3, of('area')), [(1 + 2 / 3) * 0.75, ((2 * 2) / 3 + (3 * 2) / 3) * 0.75, (3 / 3 + 4) * 0.75]);
  });

  it('aligns edges or corners as TensorFlow 1 did', () => {
    expectClose(resampled([0, 2, 4, 6], 8, of('bilinear', false, 'edges')), [0, 1, 2, 3, 4, 5, 6, 6]);
    expectClose(resampled([0, 3, 6], 7, of('bilinear', false, 'corners')), [0, 1, 2, 3, 4, 5, 6]);
    expectClose(resampled([0, 3, 6], 6, of('nearest', false, 'edges')), [0, 0, 3, 3, 6, 6]);
  });

  it('looks at a window alone, and gives no weight to what is beyond the values', () => {
    expectClose(resampled([9, 1, 3, 9], 1, of('bilinear'), { from: 1, length: 2 }), [2]);
    expectClose(resampled([4, 4], 4, of('nearest'), { from: -1, length: 4 }), [0, 4, 4, 0]);
  });
});
