import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../testing/property.ts';
import { cutNames } from './cut-names.ts';

/** What is in sight where there is room for some fifteen letters. */
function seen(names: readonly string[]): string[] {
  const cuts = cutNames(names);
  return names.map((name) => {
    const { head, tail } = cuts.get(name) ?? { head: '', tail: '' };
    const letters = [...head];
    return letters.length > 4 ? `${letters.slice(0, 4).join('')}…${tail}` : head + tail;
  });
}

describe('names that are cut', () => {
  it('keep their beginning and their end, where these tell them apart', () => {
    expect(seen(['photographer.jpg', 'cat.png'])).toEqual(['phot…apher.jpg', 'cat.png']);
  });

  it('show what tells them apart in their middle', () => {
    expect(seen(['slide_2024_batch_A_stained.jpg', 'slide_2024_batch_B_stained.jpg'])).toEqual(['slid…A….jpg', 'slid…B….jpg']);
    expect(
      seen(['IMG_20240131_0001_left_cropped.jpg', 'IMG_20240131_0002_left_cropped.jpg', 'IMG_20240131_0012_left_cropped.jpg']),
    ).toEqual(['IMG_…01….jpg', 'IMG_…02….jpg', 'IMG_…12….jpg']);
    // Letters, and what has no ending.
    expect(seen(['ab-ä🐕c-der-gleiche-schluss', 'ab-ä🐈c-der-gleiche-schluss'])).toEqual(['ab-ä🐕…luss', 'ab-ä🐈…luss']);
  });

  it('show two places, where they are told apart by one or the other', () => {
    const names = ['a', 'b'].flatMap((patient) => ['1', '2'].map((scan) => `scan-of-${patient}-in-the-year-2024-${scan}-as-measured.png`));
    expect(seen(names)).toEqual(['scan…a-in…24-1….png', 'scan…a-in…24-2….png', 'scan…b-in…24-1….png', 'scan…b-in…24-2….png']);
  });

  it('differ from each other whatever one of their places is in, and are whole where they are short', () => {
    const part = fc.stringMatching(/^[a-z]{6,20}$/);
    holds(
      fc.property(part, part, fc.uniqueArray(fc.stringMatching(/^[0-9]{1,8}$/), { minLength: 2, maxLength: 30 }), (start, end, numbers) => {
        const names = numbers.map((number) => `${start}_${number}_${end}.png`);
        expect(new Set(seen(names)).size).toBe(names.length);
      }),
    );
    holds(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 8 }), { maxLength: 10 }), (names) => {
        const cuts = cutNames(names);
        for (const name of names) expect(`${cuts.get(name)?.head}${cuts.get(name)?.tail}`).toBe(name);
      }),
    );
  });
});
