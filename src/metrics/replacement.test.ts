import { describe, expect, it } from 'vitest';
import { coloursOf, formulaImage, imageOf } from '../core/statistics/testing/images.ts';
import { readNumbers } from '../core/statistics/testing/numbers.ts';
import { REPLACEMENTS, replacementImage } from './replacement.ts';
import { example } from './testing/worked-example.ts';

const blur = readNumbers<{ width: number; height: number; pixels: number[]; values: Record<'blur' | 'strong-blur', number[]> }>(
  'blur.json',
);

/** An image of stripes, one pixel wide. */
const stripes = (width: number, height: number) =>
  imageOf(
    width,
    height,
    Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % 2 ? 255 : 0)),
  );

describe('what removed pixels become', () => {
  it.each(REPLACEMENTS)('%s: the same as in SciPy', (kind) => {
    expect(coloursOf(replacementImage(example.image, kind))).toEqual(example.cases[kind].replacement);
  });

  it.each(['blur', 'strong-blur'] as const)('%s: as SciPy does, cut at three stds and normalised at the border', (kind) => {
    const result = replacementImage(formulaImage(blur.width, blur.height), kind);
    for (const [i, value] of blur.values[kind].entries()) {
      const found = result[(blur.pixels[Math.floor(i / 3)] ?? 0) * 4 + (i % 3)] ?? Number.NaN;
      expect(Math.abs(found - value)).toBeLessThan(0.501);
    }
  });

  it('is opaque, of the same size, and leaves the image alone', () => {
    const image = stripes(9, 4);
    const before = image.data.slice();
    for (const kind of REPLACEMENTS) {
      const result = replacementImage(image, kind);
      expect(result.length).toBe(image.data.length);
      for (let i = 3; i < result.length; i += 4) expect(result[i]).toBe(255);
    }
    expect(image.data).toEqual(before);
  });

  it('blurs no differently at the border: a plain image stays as it is', () => {
    const plain = imageOf(40, 23, new Array(40 * 23 * 3).fill(137));
    expect(replacementImage(plain, 'blur')).toEqual(plain.data);
  });

  it('blurs large images as far as small ones, by their size', () => {
    // How far a white half reaches into a black one, 2 % of the width beside the edge.
    const half = (side: number) => {
      const colours = Array.from({ length: side * side * 3 }, (_, i) => (Math.floor(i / 3) % side < side / 2 ? 255 : 0));
      const result = replacementImage(imageOf(side, side, colours), 'blur');
      return result[(Math.floor(side / 2) * side + Math.round(side * 0.52)) * 4] ?? 0;
    };
    expect(half(200)).toBeGreaterThan(20);
    expect(Math.abs(half(200) - half(400))).toBeLessThan(8);
  });
});
