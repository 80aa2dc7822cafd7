/** Networks of torch's families, from their weights alone: logits and maps are those that PyTorch gave, on every backend. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { expectedOf, goldenNetworks, weightsOf } from '../formats/testing/networks.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, resultOf } from './testing/test-engine.ts';

/** How far the furthest value is off, as a share of the range. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const range = Math.max(...expected) - Math.min(...expected) || Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)))) / range;
}

describe.each(await availableBackends())('on %s', (backend) => {
  describe.each(goldenNetworks())('$name', (network) => {
    const expected = expectedOf(network);
    let engine: LocalEngine;

    beforeAll(async () => {
      const read = await readModel([weightsOf(network)]);
      const [height, width] = expected.inputSize;
      engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => read, download: noDownload });
      await engine.start(backend);
      await engine.loadModel({ kind: 'files', id: network.name, files: [], input: { width, height }, output: null }, () => {});
    });
    afterAll(() => engine.dispose());

    it.each(expected.explanations)('$layer, class $class', async ({ layer, class: classIndex, gradCam, fastAblationLogitDrop }) => {
      const image = { id: network.name, pixels: await readImage(join(network.folder, 'input.png')) };
      const methods = ['grad-cam', 'fast-ablation-cam'] as const;
      const { logits, results } = await explain(engine, { image, layer, classIndex, score: 'logit', methods });
      expect(distance(logits, expected.logits)).toBeLessThan(1e-4);
      expect(distance(resultOf(results, 'grad-cam').map.values, gradCam.flat())).toBeLessThan(1e-3);
      const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
      const { sweep } = resultOf(results, 'fast-ablation-cam');
      expect(distance(mapOfSweep(sweep, score).values, fastAblationLogitDrop.flat())).toBeLessThan(1e-3);
    });
  });
});
