import { describe, expect, it } from 'vitest';
import { placeOf } from '../testing/broken/broken-case.ts';
import { kerasFile } from '../testing/keras-fixtures.ts';
import { kerasH5 } from '../testing/sound-models.ts';
import { areHeapsSound } from './hdf5-heaps.ts';

/** The bytes of a heap's own head, and of an object's. */
const HEAD = 16;

describe('HDF5’s heaps', () => {
  it('are sound in what h5py and the library itself write', async () => {
    for (const file of ['blocks.h5', 'keras2.h5', 'densenet.weights.h5']) expect(areHeapsSound(kerasFile(file).bytes), file).toBe(true);
    expect(areHeapsSound(await kerasH5())).toBe(true);
    expect(areHeapsSound(new Uint8Array())).toBe(true);
  });

  it.each([
    ['a heap longer than the file', 8 + 3, 0xff],
    ['an object longer than its heap', HEAD + 8 + 2, 0xff],
    ['an object as long as nothing can be', HEAD + 8 + 7, 0x7f],
  ])('are not with %s', async (_what, place, value) => {
    const bytes = await kerasH5();
    bytes[placeOf(bytes, 'GCOL') + place] = value;
    expect(areHeapsSound(bytes)).toBe(false);
  });

  it('are not with free space of no length, which the library goes through for ever', async () => {
    const bytes = await kerasH5();
    const heap = placeOf(bytes, 'GCOL');
    // The first object becomes free space of no length.
    bytes.fill(0, heap + HEAD, heap + 2 * HEAD);
    expect(areHeapsSound(bytes)).toBe(false);
  });
});
