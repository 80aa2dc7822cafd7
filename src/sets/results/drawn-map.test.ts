import { describe, expect, it } from 'vitest';
import type { Grid } from '../../core/maps/grid.ts';
import { emptyAblationSweep } from '../../explain/ablation-plan.ts';
import { emptyMaskSweep } from '../../explain/input/mask-sweep.ts';
import { withItems } from '../../explain/item-sweep.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { Sweep } from '../../explain/work.ts';
import { drawnMap } from './drawn-map.ts';

const SCORE: ClassScore = { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' };
const GRID: Grid = { rows: 4, columns: 5 };

/** Every item has logits of its own, without a pattern. */
function finished<Swept extends Sweep>(sweep: Swept): Swept {
  const count = sweep.isExact.length;
  const logits = Float32Array.from({ length: count * 2 }, (_, i) => Math.sin(i * 12.9898) * 3);
  return withItems(sweep, { items: Uint32Array.from({ length: count }, (_, i) => i), logits });
}

const BASELINE = Float32Array.of(0.5, 2);
const window = { window: 2, stride: 1, value: 0 } as const;

const CASES: readonly (readonly [string, Sweep, { readonly window: number; readonly stride: number } | null])[] = [
  ['fast-ablation-cam', finished(emptyAblationSweep(GRID, { window: 1, stride: 1, value: 0 }, BASELINE)), { window: 1, stride: 1 }],
  ['fast-ablation-cam', finished(emptyAblationSweep(GRID, window, BASELINE)), window],
  ['recipro-cam', finished(emptyAblationSweep(GRID, window, BASELINE)), window],
  ['recipro-cam', finished(emptyAblationSweep(GRID, { window: 2, stride: 2, value: 0 }, BASELINE)), { window: 2, stride: 2 }],
];

const ENDS = (values: Float32Array) => ({ minimum: Math.min(...values), maximum: Math.max(...values) });
const FILES = { overlay: null, data: 'a.json', array: null, unit: '' };

function savedAs(raw: { rows: number; columns: number; values: Float32Array }, windows: (typeof CASES)[number][2]): string {
  const values = Array.from({ length: raw.rows }, (_, row) => [...raw.values.subarray(row * raw.columns, (row + 1) * raw.columns)]);
  return JSON.stringify({ shape: [raw.rows, raw.columns], values, window: windows?.window ?? null, stride: windows?.stride ?? null });
}

describe('a map from its saved numbers', () => {
  it.each(CASES)('is the one that was drawn (%s, case %#)', (method, sweep, windows) => {
    const { raw, map } = methodOf(method).mapOf({ method, sweep, durationMs: 0, forwardMs: 0 }, SCORE, null);
    const found = drawnMap(savedAs(raw, windows), { method, ...FILES, ...ENDS(map.values) }, GRID);
    expect(found).toMatchObject({ rows: map.rows, columns: map.columns });
    for (const [i, value] of map.values.entries()) expect(found?.values[i]).toBeCloseTo(value, 4);
  });

  it('is none where what was drawn does not follow from them (RISE)', () => {
    const sweep = finished(emptyMaskSweep({ rows: 12, columns: 12 }, { count: 40, seed: 3 }, BASELINE));
    const { raw, map } = methodOf('rise').mapOf({ method: 'rise', sweep, durationMs: 0, forwardMs: 0 }, SCORE, null);
    expect(drawnMap(savedAs(raw, null), { method: 'rise', ...FILES, ...ENDS(map.values) }, null)).toBeNull();
  });

  it('is empty where the one that was drawn was', () => {
    const raw = { rows: 1, columns: 2, values: Float32Array.of(1e-7, -2e-7) };
    expect(drawnMap(savedAs(raw, null), { method: 'grad-cam', ...FILES, minimum: 0, maximum: 0 }, null)?.values).toEqual(
      new Float32Array(2),
    );
  });

  it.each([
    ['of other ends', savedAs({ rows: 1, columns: 2, values: Float32Array.of(1, 2) }, null)],
    ['of another grid', savedAs({ rows: 1, columns: 2, values: Float32Array.of(0, 4) }, window)],
    ['of fewer values than it says', '{"shape":[2,2],"values":[[0,4]],"window":null,"stride":null}'],
    ['of more than any map has', '{"shape":[100000,100000],"values":[],"window":null,"stride":null}'],
    ['that are none', '{"shape":[1,1],"values":[["a"]],"window":null,"stride":null}'],
    ['torn off', '{"shape":[1,1],'],
  ])('is none with numbers %s', (_, text) => {
    expect(drawnMap(text, { method: 'grad-cam', ...FILES, minimum: 0, maximum: 4 }, GRID)).toBeNull();
  });
});
