import { describe, expect, it, vi } from 'vitest';
import { settled } from '../testing/fake-jobs.ts';
import { explainedStore } from '../testing/test-store.ts';
import { expectedTime, expectedTimePerImage } from './expected-times.ts';

describe('how long something will take', () => {
  it('is not said before this device’s speed is known', async () => {
    const test = await explainedStore();
    const { device } = test.state();
    expect(expectedTime({ ...test.state(), device: { ...device, passTimesMs: [] } }, 'measure')).toBeNull();
    expect(expectedTime(test.state(), 'dataset')).toBeNull();
    expect(expectedTimePerImage({ ...test.state(), device: { ...device, passTimesMs: [] } })).toBeNull();
  });

  it('is told for each image before there is a dataset: to explain it, and to measure its maps', async () => {
    const test = await explainedStore();
    const { device } = test.state();
    const timed = { ...test.state(), device: { ...device, passTimesMs: [10, 30, 20] } };
    const [each, measured] = [expectedTimePerImage(timed), expectedTime(timed, 'measure')];
    expect(each && each.highMs / each.lowMs).toBeCloseTo(3, 9);
    expect(each?.lowMs).toBeGreaterThan((measured?.lowMs ?? 0) + 10);
  });

  it('is a range, from the quickest to the slowest pass that was timed', async () => {
    const test = await explainedStore();
    const { device } = test.state();
    const timed = { ...test.state(), device: { ...device, passTimesMs: [10, 30, 20] } };
    const time = expectedTime(timed, 'measure');
    expect(time && time.highMs / time.lowMs).toBeCloseTo(3, 9);
    // Three maps: 15 images of deletion, as many of insertion, one masked and 18 of ROAD for each; 5 to find a replacement.
    expect(time?.lowMs).toBe(10 * (3 * (15 + 15 + 1 + 18) + 5));
  });

  it('is told from what the last run of the kind really took', async () => {
    const clock = vi.spyOn(performance, 'now');
    try {
      const test = await explainedStore();
      clock.mockReturnValue(1000);
      const before = expectedTime(test.state(), 'sanity-check');
      const checked = test.state().checkSanity();
      await settled();
      clock.mockReturnValue(1000 + 2 * (before?.lowMs ?? 0));
      await test.engine().sanities.at(-1)?.finish();
      await checked;
      expect(test.state().device.corrections['sanity-check']).toBeCloseTo(2, 6);
      expect(expectedTime(test.state(), 'sanity-check')?.lowMs).toBeCloseTo(2 * (before?.lowMs ?? 0), 6);
    } finally {
      clock.mockRestore();
    }
  });
});
