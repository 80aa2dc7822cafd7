/** The first-order estimate is the drop itself where the tail is linear, and its slope everywhere else. */
import { describe, expect, it } from 'vitest';
import { type AblationValue, mapOfSweep } from '../../../explain/ablation-plan.ts';
import type { ScoreKind } from '../../../explain/target.ts';
import type { LocalEngine } from '../../local-engine.ts';
import { availableBackends } from '../../node/node-device.ts';
import { engineWith, explain, resultOf, testManifest, unevenImage } from '../../testing/test-engine.ts';
import { denseModel, spikeModel, withTrainedShifts } from '../../testing/tiny-models.ts';

const ROWS = 6;
const COLUMNS = 5;
const IMAGE = { id: 'uneven', pixels: unevenImage(COLUMNS, ROWS) };

async function mapsOf(
  engine: LocalEngine,
  layer: string,
  value: AblationValue,
  score: ScoreKind = 'logit',
  classIndex = 0,
  versus: number | null = null,
) {
  const { results } = await explain(engine, {
    image: IMAGE,
    layer,
    classIndex,
    score,
    versus,
    ablation: { window: 1, stride: 1, value },
    methods: ['first-order', 'fast-ablation-cam'],
  });
  const estimate = resultOf(results, 'first-order').map;
  const { sweep } = resultOf(results, 'fast-ablation-cam');
  return { estimate, exact: mapOfSweep(sweep, { classIndex, kind: score, versus, reading: 'softmax' }) };
}

/** How far apart two maps are at most, beside how far the second one reaches. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length);
  const maxAbs = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(maxAbs).toBeGreaterThan(0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0) / maxAbs;
}

describe.each(await availableBackends())('the first-order estimate on %s', (backend) => {
  it.each([0, 2, -0.5, 'mean', 'blur'] as const)(
    'is the exact drop where the tail is linear: activations are replaced with %s',
    async (value) => {
      const engine = await engineWith(backend, await spikeModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
      for (const [classIndex, versus] of [
        [0, null],
        [1, null],
        [0, 1],
      ] as const) {
        const { estimate, exact } = await mapsOf(engine, 'spikes', value, 'logit', classIndex, versus);
        expect([estimate.rows, estimate.columns]).toEqual([ROWS, COLUMNS]);
        expect(difference(estimate.values, exact.values)).toBeLessThan(1e-3);
      }
      engine.dispose();
    },
  );

  it.each([
    ['first', 'logit'],
    ['inner_bn', 'logit'],
    ['joined', 'logit'],
    ['joined', 'probability'],
  ] as const)('is the slope of the drop at %s, for a %s, where the tail is not linear', async (layer, score) => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(ROWS, COLUMNS)), testManifest(ROWS, COLUMNS));
    const { estimate, exact } = await mapsOf(engine, layer, 0, score, 1);
    const step = 1e-2;
    const [less, more] = [(await mapsOf(engine, layer, 1 - step, score, 1)).exact, (await mapsOf(engine, layer, 1 + step, score, 1)).exact];
    const slope = less.values.map((value, cell) => (value - (more.values[cell] ?? Number.NaN)) / (2 * step));
    expect(difference(estimate.values, slope)).toBeLessThan(0.03);
    // One side alone bends a little, by the step.
    expect(
      difference(
        estimate.values,
        less.values.map((value) => value / step),
      ),
    ).toBeLessThan(0.06);
    // The whole way is another matter: without a bend this would prove nothing.
    expect(difference(estimate.values, exact.values)).toBeGreaterThan(0.1);
    engine.dispose();
  });

  it('is linear in what replaces activations', async () => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(ROWS, COLUMNS)), testManifest(ROWS, COLUMNS));
    const zero = (await mapsOf(engine, 'first', 0)).estimate.values;
    // Twice the activation is as far from it as nothing is, on the other side.
    const twice = (await mapsOf(engine, 'first', 2)).estimate.values;
    expect(
      difference(
        twice,
        zero.map((value) => -value),
      ),
    ).toBeLessThan(1e-4);
    const unchanged = (await mapsOf(engine, 'first', 1)).estimate.values;
    expect(unchanged.every((value) => Math.abs(value) < 1e-6)).toBe(true);
    engine.dispose();
  });
});
