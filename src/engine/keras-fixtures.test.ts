/** What real Keras computes with small networks of all kinds of layers is computed here too, from every file format, on every backend. */
import { beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { probabilities } from '../explain/target.ts';
import { readModel } from '../formats/read-model.ts';
import { type KerasExpected, kerasExpected, kerasFile, kerasFixtures, kerasImage } from '../formats/testing/keras-fixtures.ts';
import type { BackendName, ModelInfo } from '../protocol/engine.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, resultOf } from './testing/test-engine.ts';

const OUTPUT_TOLERANCE = 1e-4;
/** Of the map's range. */
const MAP_TOLERANCE = 1e-3;
const FORMAT_TOLERANCE = 1e-5;

/** How far the values are from those expected, at most. */
function furthest(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
}

function expectMap(actual: ArrayLike<number>, expected: readonly (readonly number[])[]): void {
  const values = expected.flat();
  const range = Math.max(...values) - Math.min(...values);
  expect(furthest(actual, values) / range).toBeLessThan(MAP_TOLERANCE);
}

/** An engine with the network from this file, given images as Keras was. */
async function opened(
  backend: BackendName,
  file: string,
  { size, scale }: KerasExpected,
): Promise<{ engine: LocalEngine; info: ModelInfo }> {
  const read = await readModel([kerasFile(file)]);
  const [height, width] = size;
  const preprocessing = { channels: 'rgb', scale, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' } as const;
  const manifest = { ...read.manifest, input: { width, height }, preprocessing };
  const engine = new LocalEngine({
    device: await nodeDeviceEnvironment(),
    openModel: async () => ({ ...read, manifest }),
    download: noDownload,
  });
  await engine.start(backend);
  return { engine, info: await engine.loadModel({ kind: 'folder', id: file, url: '' }, () => {}) };
}

describe.each(await availableBackends())('networks of real Keras on %s', (backend) => {
  describe.each([...kerasFixtures()])('%s', (name, files) => {
    const logitsOf = new Map<string, Float32Array>();
    let expected: KerasExpected;

    beforeAll(() => {
      expected = kerasExpected(name);
    });

    // The software adapter of WebGPU takes seconds for each, and does not see where a network comes from.
    it.each(backend === 'webgpu' ? files.slice(0, 1) : files)('%s', async (file) => {
      const { engine, info } = await opened(backend, file, expected);
      const image = { id: name, pixels: kerasImage(expected) };
      const request = { image, layer: expected.layer, classIndex: expected.class, score: 'logit' } as const;
      const { logits, results } = await explain(engine, { ...request, methods: ['grad-cam', 'fast-ablation-cam'] });
      logitsOf.set(file, logits);
      expect([info.input.height, info.input.width]).toEqual(expected.size);
      expect(furthest(logits, expected.logits)).toBeLessThan(OUTPUT_TOLERANCE);
      const isLinear = furthest(expected.output, expected.logits as number[]) === 0;
      const shares = probabilities(logits, info.reading);
      if (!isLinear) expect(shares && furthest(shares, expected.output)).toBeLessThan(OUTPUT_TOLERANCE);
      expectMap(resultOf(results, 'grad-cam').map.values, expected.gradCam);
      const { sweep } = resultOf(results, 'fast-ablation-cam');
      const score = { classIndex: expected.class, kind: 'logit', versus: null, reading: 'softmax' } as const;
      expectMap(mapOfSweep(sweep, score).values, expected.fastAblationLogitDrop);
      engine.dispose();
    });

    it('gives the same logits from every file', () => {
      const [first, ...others] = [...logitsOf.values()];
      for (const other of others) expect(furthest(other, [...(first ?? [])])).toBeLessThan(FORMAT_TOLERANCE);
    });
  });
});
