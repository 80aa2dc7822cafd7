import { describe, expect, it } from 'vitest';
import { formatRemaining, remainingTime } from './remaining-time.ts';

describe('remaining time', () => {
  it('is judged by what is done, once enough is', () => {
    expect(remainingTime(0, 100, 50)).toBeNull();
    expect(remainingTime(1, 100, 50)).toBeNull();
    expect(remainingTime(25, 100, 1000)).toBe(3000);
    expect(remainingTime(100, 100, 1000)).toBe(0);
  });

  it('is said as people say it', () => {
    expect([200, 12_400, 170_000, 9e6].map(formatRemaining)).toEqual(['about a second', 'about 13 s', 'about 3 min', 'about 2.5 h']);
  });
});
