/**
 * Every number that real Keras and PyTorch gave for Grad-CAM, FastAblationCAM and Ablation-CAM, on every backend, to 1e-3 of the map's range.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AblationSettings, DEFAULT_ABLATION, mapOfSweep } from '../core/ablation-plan.ts';
import { channelWeights, mapOfChannels } from '../core/channel-sweep.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import { probabilities } from '../core/scores.ts';
import { GOLDEN_NAMES, goldenExpected, goldenPicture, isSharedPresent, loadGoldenModel } from '../formats/testing/goldens.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, resultOf, testManifest } from './testing/test-engine.ts';

const TOLERANCE = 1e-3;

/** The map has the expected shape, and no value is further off than a thousandth of the map's range (of its value, if it has only one). */
function expectMap(actual: SaliencyMap, expected: number[][]): void {
  expect([actual.rows, actual.columns]).toEqual([expected.length, expected[0]?.length]);
  expectValues(actual.values, expected.flat());
}

function expectValues(actual: Float32Array, expected: number[]): void {
  const range = Math.max(...expected) - Math.min(...expected) || Math.max(...expected.map(Math.abs));
  const furthest = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
  expect(actual.length).toBe(expected.length);
  expect(furthest / range).toBeLessThan(TOLERANCE);
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
      // A sweep holds all classes, so each is run once for every class that there are numbers of.
      const sweepWith = async (ablation: AblationSettings) => {
        const request = { picture, layer, classIndex: null, score: 'logit', ablation, methods: ['fast-ablation-cam'] } as const;
        return resultOf((await explain(engine, request)).results, 'fast-ablation-cam').sweep;
      };
      const sweep = await sweepWith(DEFAULT_ABLATION);
      const ofChannels = { picture, layer, classIndex: null, score: 'logit', methods: ['ablation-cam'] } as const;
      const channels = resultOf((await explain(engine, ofChannels)).results, 'ablation-cam').sweep;
      const windows = await sweepWith({ window: 2, stride: 2, value: 0 });
      const doubled = await sweepWith({ window: 1, stride: 1, value: 2 });

      for (const golden of expected.explanations.filter((explanation) => explanation.layer === layer)) {
        const classIndex = golden.class;
        const { logits, results } = await explain(engine, { picture, layer, classIndex, score: 'logit', methods: ['grad-cam'] });
        expect(logits[classIndex]).toBeCloseTo(golden.logit, 3);
        expect(probabilities(logits, 'softmax')[classIndex]).toBeCloseTo(golden.probability, 4);
        expectMap(resultOf(results, 'grad-cam').map, golden.gradCam);

        const logit = { classIndex, kind: 'logit', versus: null } as const;
        expectValues(channelWeights(channels, logit, 'softmax'), golden.ablationCamWeights);
        expectMap(mapOfChannels(channels, logit, 'softmax'), golden.ablationCam);
        expect(golden.fastAblationLogitDrop.length).toBe(golden.shape[0]);
        expectMap(mapOfSweep(sweep, logit, 'softmax'), golden.fastAblationLogitDrop);
        expectMap(mapOfSweep(sweep, { ...logit, kind: 'probability' }, 'softmax'), golden.fastAblationProbabilityDrop);
        if (golden.fastAblationLogitDropWindow2Stride2)
          expectMap(mapOfSweep(windows, logit, 'softmax'), golden.fastAblationLogitDropWindow2Stride2);
        if (golden.fastAblationLogitDropTimes2) expectMap(mapOfSweep(doubled, logit, 'softmax'), golden.fastAblationLogitDropTimes2);
      }
    });
  });
});
