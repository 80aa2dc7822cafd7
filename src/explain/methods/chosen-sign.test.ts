import { describe, expect, it } from 'vitest';
import { mapOf, scaledMap } from '../../core/statistics/testing/maps.ts';
import { agreementBetween, withSignsAligned } from './chosen-sign.ts';

const up = mapOf(1, 3, [-1, 0, 2]);
const down = scaledMap(up, -1);
const values = (maps: ReturnType<typeof withSignsAligned>) => maps.map((map) => [...map.values].map((value) => value + 0));

describe('maps whose sign is chosen', () => {
  it('agree by the magnitude of a correlation, whichever of the two it is', () => {
    expect(agreementBetween('grad-cam', 'eigen-cam', -0.7)).toBe(0.7);
    expect(agreementBetween('eigen-grad-cam', 'grad-cam', -0.7)).toBe(0.7);
    expect(agreementBetween('grad-cam', 'hires-cam', -0.7)).toBe(-0.7);
  });

  it('are turned towards the first of the others, on any grid, and no others are', () => {
    const fine = mapOf(2, 6, [9, 9, 1, 0, -9, -9, 9, 9, 1, 0, -9, -9]);
    const aligned = withSignsAligned([
      { id: 'eigen-cam', map: down },
      { id: 'grad-cam', map: up },
      { id: 'hires-cam', map: down },
      { id: 'eigen-grad-cam', map: fine },
    ]);
    expect(values(aligned)).toEqual(values([up, up, down, scaledMap(fine, -1)]));
  });

  it('are turned towards the last where there is no other', () => {
    expect(values(withSignsAligned([up, down, down].map((map) => ({ id: 'eigen-cam', map }))))).toEqual(values([down, down, down]));
    expect(withSignsAligned([])).toEqual([]);
  });
});
