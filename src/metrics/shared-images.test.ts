import { describe, expect, it } from 'vitest';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { randomMap } from '../core/statistics/random.ts';
import { formulaImage } from '../core/statistics/testing/images.ts';
import { scaledMap } from '../core/statistics/testing/maps.ts';
import { SERIES } from './measures.ts';
import { pixelRanking } from './ranking.ts';
import { replacementImage } from './replacement.ts';
import { SharedImages } from './shared-images.ts';

const STEPS = 4;
/** A grid as fine as the image, of values that never tie, so that a map turned round ranks in the opposite order. */
const SIDE = 12;
const image = formulaImage(SIDE, SIDE);
const replacement = replacementImage(image, 'blur');

/** What the maps ask for, each by its own name. */
function asked(maps: Readonly<Record<string, SaliencyMap>>) {
  const shared = new SharedImages<string>();
  for (const [id, map] of Object.entries(maps)) {
    const ranking = pixelRanking(map, image);
    if (!ranking) throw new Error(`${id} has no ranking`);
    for (const [name, series] of Object.entries(SERIES)) {
      for (const [i, score] of series({ image, replacement, map, ranking, steps: STEPS, intact: 1, left: 0 }).entries()) {
        if (typeof score !== 'number') shared.add(score, `${id} ${name} ${i}`);
      }
    }
  }
  return shared.images;
}

const map = randomMap({ rows: SIDE, columns: SIDE }, 3);
const other = randomMap({ rows: SIDE, columns: SIDE }, 4);
/** Deletion and insertion between their ends, nine shares of ROAD twice, the map's own part. */
const OF_ONE = 2 * (STEPS - 1) + 2 * 9 + 1;

describe('images that maps share', () => {
  it('are those of maps that rank alike, but for the part that their values decide', () => {
    const images = asked({ first: map, scaled: scaledMap(map, 2) });
    expect(images).toHaveLength(OF_ONE + 1);
    const alone = images.filter(({ askers }) => askers.length === 1);
    expect(alone.map(({ askers }) => askers[0])).toEqual(['first masked 0', 'scaled masked 0']);
    for (const { askers } of images) {
      if (askers.length === 2) expect(askers[1]).toBe(askers[0]?.replace('first', 'scaled'));
    }
  });

  it('are those of a map turned round: what one deletes first, the other inserts last', () => {
    const images = asked({ first: map, inverted: scaledMap(map, -1) });
    expect(images).toHaveLength(OF_ONE + 1);
    const pairs = new Map(images.map(({ askers }) => [askers[0], askers[1]]));
    expect(pairs.get('first deletion 1')).toBe(`inverted insertion ${STEPS - 1}`);
    expect(pairs.get('first roadMost 2')).toBe('inverted roadLeast 2');
  });

  it('are none of maps that rank differently, whatever they have in common', () => {
    expect(asked({ first: map, other })).toHaveLength(2 * OF_ONE);
  });

  it('are the same to the last pixel as the one that is made, whoever asked first', () => {
    const maps = { first: map, scaled: scaledMap(map, 2), inverted: scaledMap(map, -1), other };
    const images = asked(maps);
    const made = new Map(images.map(({ image: changed, askers }) => [askers.join(), changed.make()]));
    for (const [id, own] of Object.entries(maps)) {
      for (const { image: changed, askers } of asked({ [id]: own })) {
        const found = [...made].find(([names]) => names.split(',').includes(askers[0] ?? ''));
        expect(found?.[1]).toEqual(changed.make());
      }
    }
  });

  it('are told apart where their hashes are not', () => {
    // Found by drawing masks until two had the same 32 bits.
    const alike = ['0100010010100101100000110001000110100010', '1011010011110010110100011011011101001111'];
    const shared = new SharedImages<string>();
    for (const name of [...alike, ...alike]) {
      const mask = () => Uint8Array.from(name, Number);
      shared.add({ change: { kind: 'replaced', mask }, make: () => new Uint8ClampedArray() }, name);
    }
    expect(shared.images.map(({ askers }) => askers)).toEqual(alike.map((name) => [name, name]));
  });
});
