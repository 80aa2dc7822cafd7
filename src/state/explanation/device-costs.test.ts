import { describe, expect, it } from 'vitest';
import { DEFAULT_SWEEP } from '../../explain/input/input-settings.ts';
import type { SweepWork } from '../../explain/work.ts';
import { explainedStore } from '../testing/test-store.ts';
import { withMeasurement } from './device-costs.ts';

describe('what a sweep tells of this device', () => {
  it('is how long a pass takes, where it is known what runs for a copy', async () => {
    const test = await explainedStore();
    const { model } = test.state();
    const layer = model.info?.layers[0]?.name ?? '';
    const items = Uint32Array.from({ length: 50 }, (_, item) => item);
    const event = { kind: 'items', swept: { items, logits: new Float32Array() }, durationMs: 12_345 } as const;
    const { device } = test.state();
    const timesAfter = (work: SweepWork) => withMeasurement(test.state(), layer, work, event).passTimesMs;
    const { rise, occlusion } = DEFAULT_SWEEP;
    expect(timesAfter({ method: 'rise', masks: rise, items: null }).at(-1)).toBeCloseTo(12_345 / 50, 9);
    // Copies are worked out from what a patch changes: they would make a pass look quicker than it is.
    expect(timesAfter({ method: 'occlusion', occlusion, items: null })).toEqual(device.passTimesMs);
  });
});
