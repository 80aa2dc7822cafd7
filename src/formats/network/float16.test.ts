import { describe, expect, it } from 'vitest';
import { encodeFloat16, floatsOfFloat16 } from './float16.ts';

function decoded(half: number): number {
  return floatsOfFloat16(Uint16Array.of(half))[0] ?? Number.NaN;
}

describe('half precision', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
  ])('%i is %d', (half, value) => {
    expect(decoded(half)).toBe(value);
    expect(encodeFloat16(value)).toBe(half);
  });

  it('every half survives being decoded and encoded', () => {
    for (let half = 0; half < 65536; half++) {
      const value = decoded(half);
      if (Number.isNaN(value)) expect(encodeFloat16(value) & 0x7c00).toBe(0x7c00);
      else expect(encodeFloat16(value)).toBe(half);
    }
  });

  it('rounds to the nearest, ties to even, and overflows to infinity', () => {
    expect(encodeFloat16(1 + 2 ** -11)).toBe(0x3c00);
    expect(encodeFloat16(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(encodeFloat16(2048 * (1 - 2 ** -13))).toBe(encodeFloat16(2048));
    expect(encodeFloat16(65520)).toBe(0x7c00);
    expect(encodeFloat16(65519)).toBe(0x7bff);
    expect(encodeFloat16(1.5 * 2 ** -24)).toBe(2);
    expect(encodeFloat16(2 ** -26)).toBe(0);
  });
});
