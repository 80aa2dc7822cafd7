import { describe, expect, it } from 'vitest';
import { summarise, summariseProportion } from '../statistics/summary.ts';
import { formatBytes, formatDuration, formatInterval, formatMetric, formatShare, formatTimeRange, formatValue } from './format.ts';

describe('numbers on the page', () => {
  it('have three significant digits and a true minus sign', () => {
    expect([0, 0.0421, 12.34, -1.4, 12345, 250_000, 0.00001].map(formatValue)).toEqual([
      '0',
      '0.0421',
      '12.3',
      '−1.40',
      '1.23e4',
      '2.5e5',
      '1.0e−5',
    ]);
  });

  it('that are shares never look like nothing, or like all, when they are not', () => {
    expect([0, 0.0004, 0.004, 0.0994, 0.0999, 0.93, 1].map(formatShare)).toEqual([
      '0.0 %',
      '< 0.1 %',
      '0.4 %',
      '9.9 %',
      '10 %',
      '93 %',
      '100 %',
    ]);
  });

  it('that are metrics of a set say how sure they are, a proportion by the ends of its interval', () => {
    expect([0.3931, -0.0771, -0.0004].map(formatMetric)).toEqual(['0.393', '−0.077', '0.000']);
    // 4.303 standard errors of 0.01 / sqrt(3).
    expect(formatInterval(summarise([0.49, 0.5, 0.51]))).toBe('± 0.025');
    expect(formatInterval(summariseProportion([1, ...new Array(26).fill(0)]))).toBe('(0.007 to 0.183)');
    expect(formatInterval(summarise([0.5]))).toBe('');
  });

  it('that are durations or sizes carry their unit', () => {
    expect([0.2, 34, 340, 3400, 34_000].map(formatDuration)).toEqual(['1 ms', '34 ms', '0.34 s', '3.4 s', '34 s']);
    expect(formatBytes(12_420_000)).toBe('12.4 MB');
  });
});

it('a time that is only expected is a range', () => {
  const range = (lowMs: number, highMs: number) => formatTimeRange({ lowMs, highMs }).replaceAll('\u00a0', ' ');
  expect(range(100, 900)).toBe('under 1 s');
  expect(range(2100, 4000)).toBe('2.1 to 4.0 s');
  expect(range(12_000, 40_000)).toBe('12 to 40 s');
  expect(range(110_000, 130_000)).toBe('1.8 to 2.2 min');
  expect(range(20_000, 20_100)).toBe('about 20 s');
  expect(range(24_000, 160_000)).toBe('24 s to 2.7 min');
  expect(range(1_800_000, 9_000_000)).toBe('30 min to 2.5 h');
});
