import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_SWEEP } from '../../explain/input/input-settings.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { DEFAULT_SENSITIVITY } from '../../metrics/max-sensitivity.ts';
import { settled } from '../testing/fake-jobs.ts';
import { explainedStore } from '../testing/test-store.ts';
import { layerInView } from '../view/in-view.ts';
import { expectedTime, expectedTimePerImage } from './expected-times.ts';
import { waitBeforeMs } from './wait-before.ts';

const WITHOUT = { ...DEFAULT_SENSITIVITY, of: 'none' } as const;

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
    expect(each && each.highMs / each.lowMs).toBeCloseTo(3 * 2 ** 2, 9);
    expect(each?.lowMs).toBeGreaterThan((measured?.lowMs ?? 0) + 10 / 2);
  });

  it('is a range from the quickest to the slowest pass that was timed, and wider before a run of the kind', async () => {
    const test = await explainedStore();
    const { device } = test.state();
    const timed = { ...test.state(), device: { ...device, passTimesMs: [10, 30, 20], corrections: { measure: 1 } } };
    const time = expectedTime(timed, 'measure');
    expect(time && time.highMs / time.lowMs).toBeCloseTo(3 * 1.15 ** 2, 9);
    // Three maps: 15 images of deletion, as many of insertion, one masked and 18 of ROAD for each; 5 to find a replacement.
    const images = 3 * (15 + 15 + 1 + 18) + 5;
    // Ten changes for max-sensitivity: a forward pass for both methods, and what each of them adds.
    const { info } = test.state().model;
    const layer = layerInView(test.state());
    if (!info || !layer) throw new Error('there is no model');
    const added = test.state().view.methods.map((id) => methodOf(id).cost(layer, DEFAULT_SWEEP, info).passes - 1);
    expect(time?.lowMs).toBeCloseTo((10 * (images + 10 * added.reduce((sum, passes) => sum + passes, 1))) / 1.15, 6);
    test.state().setMeasure({ sensitivity: WITHOUT });
    const without = expectedTime({ ...test.state(), device: timed.device }, 'measure');
    expect(without?.lowMs).toBeCloseTo((10 * images) / 1.15, 6);
    const untried = expectedTime({ ...timed, device: { ...timed.device, corrections: {} } }, 'measure');
    expect(untried && untried.highMs / untried.lowMs).toBeCloseTo(3 * 2 ** 2, 9);
  });

  it('is a range also after a single pass, and does not count what warmed the device up', async () => {
    const test = await explainedStore();
    const timeAfter = (passTimesMs: number[]) => {
      const time = expectedTime({ ...test.state(), device: { ...test.state().device, passTimesMs } }, 'measure');
      return time && { spread: time.highMs / time.lowMs, highMs: time.highMs };
    };
    expect(timeAfter([10])?.spread).toBeCloseTo((2 * 1.25) ** 2, 9);
    expect(timeAfter([900, 10, 10, 10])).toEqual(timeAfter([10, 10, 10]));
  });

  it('is told from what the last run of the kind really took, without what it waited for', async () => {
    const clock = vi.spyOn(performance, 'now');
    try {
      const test = await explainedStore();
      test.state().setMeasure({ sensitivity: WITHOUT });
      clock.mockReturnValue(1000);
      const before = expectedTime(test.state(), 'sanity-check')?.lowMs ?? 0;
      const measured = test.state().measureMaps();
      await settled();
      const checked = test.state().checkSanity();
      await settled();
      expect(test.engine().sanities).toHaveLength(0);
      clock.mockReturnValue(1_000_000);
      await test.engine().measures.at(-1)?.finish();
      await measured;
      await settled();
      clock.mockReturnValue(1_000_000 + 2 * before);
      await test.engine().sanities.at(-1)?.finish();
      await checked;
      // The range was widened by two below what the passes come to, and by 1.25 more where few were timed.
      const few = test.state().device.passTimesMs.length < 3 ? 1.25 : 1;
      expect(test.state().device.corrections['sanity-check']).toBeCloseTo(2 / (2 * few), 6);
    } finally {
      clock.mockRestore();
    }
  });

  it('says what runs before it, until it has its turn', async () => {
    const test = await explainedStore();
    expect(waitBeforeMs(test.state(), 'sanity-check')).toBe(0);
    test.state().setMeasure({ sensitivity: WITHOUT });
    void test.state().measureMaps();
    await settled();
    test.engine().measures.at(-1)?.emit({ kind: 'progress', done: 1, total: 4, remainingMs: 3000 });
    expect(waitBeforeMs(test.state(), 'sanity-check')).toBe(3000);
    void test.state().checkSanity();
    await settled();
    expect(waitBeforeMs(test.state(), 'sanity-check')).toBe(3000);
    // What runs does not wait for what was asked for after it.
    expect(waitBeforeMs(test.state(), 'measure')).toBe(0);
  });
});
