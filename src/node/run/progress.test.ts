import { expect, it } from 'vitest';
import { progressLine } from './progress.ts';

it.each([
  [{ done: 0, now: 0, failed: 0, elapsedMs: 0 }, '0/200 images'],
  [{ done: 20, now: 20, failed: 0, elapsedMs: 4000 }, '20/200 images · 5.0 images/s · about 36 s left'],
  [{ done: 120, now: 20, failed: 2, elapsedMs: 80_000 }, '120/200 images · 4.0 s/image · about 5 min left · 2 failed'],
  [{ done: 200, now: 100, failed: 0, elapsedMs: 1000 }, '200/200 images · 100 images/s'],
])('says how far a run is, how quickly it goes, and what is left: %j', (progress, line) => {
  expect(progressLine(progress, 200)).toBe(line);
});
