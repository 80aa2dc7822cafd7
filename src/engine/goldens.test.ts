/**
 * Every number that real Keras and PyTorch gave for Grad-CAM and FastAblationCAM, on every backend, to 1e-3 of the map's range.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../core/ablation-plan.ts';
import { probabilities } from '../core/scores.ts';
import { GOLDEN_NAMES, goldenExpected, goldenPicture, isSharedPresent, loadGoldenModel } from '../formats/testing/goldens.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, resultOf, testManifest } from './testing/test-engine.ts';

const TOLERANCE = 1e-3;

/** The largest difference, as a share of the expected map's range. */
function deviation(actual: Float32Array, expected: number[]): number {
  expect(actual.length).toBe(expected.length);
  const range = Math.max(...expected) - Math.min(...expected);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)))) / range;
}

const backends = await availableBackends();

if (!isSharedPresent()) {
  console.warn('SKIPPED: ../shared/goldens is not there, so no map is compared with Keras and PyTorch.');
}

describe.skipIf(!isSharedPresent()).each(backends)('goldens on %s', (backend) => {
  describe.each(GOLDEN_NAMES)('%s', (name) => {
    const expected = goldenExpected(name);
    let engine: LocalEngine;

    beforeAll(async () => {
      const [height, width] = expected.inputSize;
      engine = await engineWith(backend, await loadGoldenModel(name), testManifest(height, width));
    });
    afterAll(() => engine.dispose());

    it.each([...new Set(expected.explanations.map(({ layer }) => layer))])('%s', async (layer) => {
      const picture = { id: name, pixels: await goldenPicture(name) };
      for (const golden of expected.explanations.filter((explanation) => explanation.layer === layer)) {
        const classIndex = golden.class;
        const { logits, results } = await explain(engine, {
          picture,
          layer,
          classIndex,
          score: 'logit',
          methods: ['grad-cam', 'fast-ablation-cam'],
        });
        expect(logits[classIndex]).toBeCloseTo(golden.logit, 3);
        expect(probabilities(logits, 'softmax')[classIndex]).toBeCloseTo(golden.probability, 4);

        const { map } = resultOf(results, 'grad-cam');
        expect([map.rows, map.columns]).toEqual(golden.shape.slice(0, 2));
        expect(deviation(map.values, golden.gradCam.flat())).toBeLessThan(TOLERANCE);

        const { sweep } = resultOf(results, 'fast-ablation-cam');
        const drop = mapOfSweep(sweep, { classIndex: classIndex, kind: 'logit', versus: null }, 'softmax');
        expect([drop.rows, drop.columns]).toEqual(golden.shape.slice(0, 2));
        expect(deviation(drop.values, golden.fastAblationLogitDrop.flat())).toBeLessThan(TOLERANCE);
        const probabilityDrop = mapOfSweep(sweep, { classIndex: classIndex, kind: 'probability', versus: null }, 'softmax');
        expect(deviation(probabilityDrop.values, golden.fastAblationProbabilityDrop.flat())).toBeLessThan(TOLERANCE);
      }
    });
  });
});
