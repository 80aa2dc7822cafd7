import { describe, expect, it } from 'vitest';
import type { AblationSettings } from './ablation-plan.ts';
import { impliedPassMs } from './cost.ts';
import { DEFAULT_SWEEP, type SweepSettings } from './input/input-settings.ts';
import type { LayerInfo, WorkSize } from './layer-info.ts';
import { type MethodId, methodOf, sweepMethod } from './methods/list.ts';

/** Of a network with an image of 224 rows and 112 columns. */
function costOf(id: MethodId, layer: LayerInfo, settings: AblationSettings & Partial<SweepSettings>, forward: WorkSize) {
  return methodOf(id).cost(layer, { ...DEFAULT_SWEEP, ...settings }, { forward, input: { width: 112, height: 224 } });
}

const FORWARD: WorkSize = { macs: 6_000_000, values: 40_000 };
const CELL = { window: 1, stride: 1, value: 0 } as const;

/** A part of the whole pass, whatever a value costs beside a multiplication. */
function share(of: number): WorkSize {
  return { macs: FORWARD.macs * of, values: FORWARD.values * of };
}

function layer(change: Partial<LayerInfo> = {}): LayerInfo {
  return {
    name: 'layer',
    kind: 'Conv2D',
    role: 'convolution',
    rows: 7,
    columns: 5,
    channels: 64,
    block: 'conv5',
    unsupportedReason: null,
    tail: share(0.25),
    channelTail: share(0.01),
    ...change,
  };
}

describe('what a method costs', () => {
  it('is, for FastAblationCAM, a tail for every cell or window, and the pass that it starts from', () => {
    const cells = costOf('fast-ablation-cam', layer(), CELL, FORWARD);
    expect(cells).toMatchObject({ count: 35, unit: 'cells' });
    expect(cells.passes).toBeCloseTo(1 + 35 / 4, 9);
    // Every second cell of 7 x 5, from the first one: 4 x 3.
    const windows = costOf('fast-ablation-cam', layer(), { window: 2, stride: 2, value: 'mean' }, FORWARD);
    expect(windows).toMatchObject({ count: 12, unit: 'windows' });
    expect(windows.passes).toBeCloseTo(1 + 12 / 4, 9);
  });

  it('is, for a window, between what a cell’s copy and the whole tail take, by how much of the layer it covers', () => {
    const long = (window: number) =>
      costOf('fast-ablation-cam', layer({ cellTail: share(0.05) }), { window, stride: 7, value: 0 }, FORWARD).passes - 1;
    expect(long(1)).toBeCloseTo(0.05, 9);
    expect(long(4)).toBeCloseTo(0.05 + (3 / 6) * 0.2, 9);
    for (const window of [7, 9]) expect(long(window)).toBeCloseTo(0.25, 9);
  });

  it.each([
    [{ window: 3, stride: 1, value: 0 }, 35],
    [{ window: 1, stride: 3, value: 0 }, 6],
  ] as const)('counts windows with %j, which are not cells', (settings, count) => {
    expect(costOf('fast-ablation-cam', layer(), settings, FORWARD)).toMatchObject({ count, unit: 'windows' });
  });

  it('is, for Ablation-CAM, what has to run anew for every channel', () => {
    const { count, unit, passes } = costOf('ablation-cam', layer(), CELL, FORWARD);
    expect([count, unit]).toEqual([64, 'channels']);
    expect(passes).toBeCloseTo(1 + 0.64, 9);
  });

  it('is, for Score-CAM, a whole pass for every channel', () => {
    expect(costOf('score-cam', layer(), CELL, FORWARD)).toEqual({ count: 64, unit: 'channels', passes: 65 });
  });

  it('is, for occlusion, a whole pass for every patch: of a seventh of the longer side, half a patch apart, unless it is said', () => {
    // 32 px every 16 px: 14 x 7 patches.
    expect(costOf('occlusion', layer(), CELL, FORWARD)).toEqual({ count: 98, unit: 'patches', passes: 99 });
    const occlusion = { patch: 50, stride: 50, value: 'blur' } as const;
    expect(costOf('occlusion', layer(), { ...CELL, occlusion }, FORWARD)).toMatchObject({ count: 5 * 3, passes: 16 });
  });

  it('is, for occlusion that is planned, between what a copy of one other pixel and a whole pass take', () => {
    const unplanned = { forward: FORWARD, input: { width: 112, height: 224 } };
    const network = { ...unplanned, pixelPass: share(0.2) };
    const passes = (patch: number) => {
      const occlusion = { patch, stride: 500, value: 'mean' } as const;
      return methodOf('occlusion').cost(layer(), { ...DEFAULT_SWEEP, occlusion }, network).passes - 1;
    };
    expect(passes(1)).toBeCloseTo(0.2, 9);
    expect(passes(32)).toBeCloseTo(0.2 + (31 / 223) * 0.8, 9);
    expect(passes(224)).toBeCloseTo(1, 9);
    const asked = { method: 'occlusion', occlusion: { patch: 1, stride: 500, value: 'mean' }, items: null } as const;
    expect(sweepMethod('occlusion').copySize(layer(), network, asked)).toEqual(share(0.2));
    expect(sweepMethod('occlusion').copySize(layer(), unplanned, asked)).toBeNull();
  });

  it('is, for RISE, a whole pass for every mask', () => {
    expect(costOf('rise', layer(), { ...CELL, rise: { count: 500, seed: 3 } }, FORWARD)).toEqual({
      count: 500,
      unit: 'masks',
      passes: 501,
    });
  });

  it('is, for Grad-CAM, one backward pass, which runs the tail forwards as well', () => {
    const { count, unit, passes } = costOf('grad-cam', layer(), CELL, FORWARD);
    expect([count, unit]).toEqual([1, 'backward pass']);
    // Forwards and backwards are two runs of the tail at the very least, and no sweep.
    expect(passes).toBeGreaterThan(1 + 2 * 0.25);
    expect(passes).toBeLessThan(1 + 10 * 0.25);
    const half = costOf('grad-cam', layer({ tail: share(0.125) }), CELL, FORWARD).passes;
    expect(passes - 1).toBeCloseTo(2 * (half - 1), 9);
  });

  it('is the forward pass alone where nothing comes after the layer', () => {
    const last = layer({ tail: share(0), channelTail: share(0) });
    for (const method of ['grad-cam', 'fast-ablation-cam', 'ablation-cam'] as const)
      expect(costOf(method, last, CELL, FORWARD).passes).toBe(1);
  });

  it('does not depend on the window for methods that have none', () => {
    const settings = { window: 3, stride: 2, value: 'blur' } as const;
    for (const method of ['grad-cam', 'ablation-cam'] as const)
      expect(costOf(method, layer(), settings, FORWARD)).toEqual(costOf(method, layer(), CELL, FORWARD));
  });

  it('counts activations that are only written, as in normalising, beside the arithmetic', () => {
    const passes = (tail: WorkSize) => costOf('fast-ablation-cam', layer({ tail }), CELL, FORWARD).passes;
    const both = passes({ macs: 1_000_000, values: 10_000 });
    const parts = [passes({ macs: 1_000_000, values: 0 }), passes({ macs: 0, values: 10_000 })] as const;
    for (const part of parts) expect(part).toBeGreaterThan(1);
    expect(both - 1).toBeCloseTo(parts[0] - 1 + parts[1] - 1, 9);
  });
});

describe('what a forward pass takes', () => {
  it('is judged by what a batch took, unless that was too small to tell', () => {
    // Five copies of a tenth of the network are half a pass.
    expect(impliedPassMs(share(0.1), 5, 300, FORWARD)).toBeCloseTo(600, 9);
    expect(impliedPassMs(share(0.25), 8, 300, FORWARD)).toBeCloseTo(150, 9);
    expect(impliedPassMs(share(0.001), 5, 300, FORWARD)).toBeNull();
  });

  it('gives, times what a sweep costs beside it, what the sweep takes', () => {
    const { count, passes } = costOf('fast-ablation-cam', layer(), CELL, FORWARD);
    const passMs = impliedPassMs(layer().tail, count, 4200, FORWARD) ?? Number.NaN;
    expect(passMs * (passes - 1)).toBeCloseTo(4200, 6);
  });
});
