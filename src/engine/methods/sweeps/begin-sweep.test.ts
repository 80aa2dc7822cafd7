import { describe, expect, it, vi } from 'vitest';
import { beginSweep } from './begin-sweep.ts';

describe('the beginning of a sweep', () => {
  const cells = { rows: 2, columns: 3 };

  it('is reported', () => {
    const emit = vi.fn();
    beginSweep({ logits: new Float32Array(1000), forwardMs: 5, emit }, { cells, activation: null, count: 50_176, what: 'windows' });
    expect(emit).toHaveBeenCalledExactlyOnceWith({ kind: 'begun', cells, activation: null, forwardMs: 5 });
  });

  it.each([
    ['windows', 51_076, 'come to 4.5 GB here, which is too much; please choose larger windows and strides, or a later layer.'],
    ['masks', 100_000, 'please choose fewer masks.'],
  ] as const)('is refused before there are more scores of %s than can be kept', (what, count, words) => {
    const emit = vi.fn();
    const begin = () => beginSweep({ logits: new Float32Array(21_841), forwardMs: 5, emit }, { cells, activation: null, count, what });
    expect(begin).toThrow(`The scores of all 21841 classes are kept for each of ${count} ${what}`);
    expect(begin).toThrow(words);
    expect(emit).not.toHaveBeenCalled();
  });
});
