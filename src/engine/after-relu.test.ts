/** Ablation where values become nothing after the next ReLU: PyTorch's numbers by pytorch-grad-cam's rule, on every backend, to 1e-4 of the range. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { methodOf } from '../explain/methods/list.ts';
import { goldenExpected, goldenImage, loadGoldenModel } from '../formats/testing/goldens.ts';
import { fixture } from '../formats/testing/test-data.ts';
import { IncrementalTail } from './incremental/incremental-tail.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { distance } from './testing/golden-networks.ts';
import { engineWith, explain, testManifest } from './testing/test-engine.ts';

interface Numbers {
  readonly layer: string;
  readonly class: number;
  readonly fastAblationLogitDrop: number[][];
  readonly reciproCam: number[][];
  readonly ablationCam: number[][];
}

const NUMBERS: readonly Numbers[] = JSON.parse(readFileSync(fixture('goldens/tiny-torch/after-relu.json'), 'utf8'));
const ABLATION = { window: 1, stride: 1, value: 'after-relu', channelValue: 'after-relu' } as const;
const FIELDS = { 'fast-ablation-cam': 'fastAblationLogitDrop', 'recipro-cam': 'reciproCam', 'ablation-cam': 'ablationCam' } as const;

describe.each(await availableBackends())('nothing after the next ReLU on %s', (backend) => {
  const [height, width] = goldenExpected('tiny-torch').inputSize;
  let engine: LocalEngine;

  beforeAll(async () => {
    engine = await engineWith(backend, await loadGoldenModel('tiny-torch'), testManifest(height, width));
  });
  afterAll(() => engine.dispose());

  it.each(backend === 'webgpu' ? ['conv5_block2_concat'] : [...new Set(NUMBERS.map(({ layer }) => layer))])('%s', async (layer) => {
    const image = { id: 'tiny-torch', pixels: await goldenImage('tiny-torch') };
    // Room for a few copies at a time, so that there are batches, and a last one that is padded.
    const request = { image, layer, classIndex: 4, score: 'logit', ablation: ABLATION, budgetBytes: 24e6, exact: 'incremental' } as const;
    await explain(engine, { ...request, methods: ['first-order'] });
    const before = (await engine.memory()).tensors;
    const { results } = await explain(engine, { ...request, methods: Object.keys(FIELDS) as (keyof typeof FIELDS)[] });
    expect((await engine.memory()).tensors).toBe(before);
    expect(results.length).toBe(Object.keys(FIELDS).length);
    for (const numbers of NUMBERS.filter((one) => one.layer === layer)) {
      const score = { classIndex: numbers.class, kind: 'logit', versus: null, reading: 'softmax' } as const;
      const distances = results.map((result) => {
        const { raw } = methodOf(result.method).mapOf(result, score, null);
        return [result.method, distance(raw.values, numbers[FIELDS[result.method as keyof typeof FIELDS]].flat())] as const;
      });
      expect(distances.filter(([, off]) => !(off < 1e-4))).toEqual([]);
    }
  });

  it('is worked out from what copies change, unless whole tails are asked for', async () => {
    const image = { id: 'tiny-torch', pixels: await goldenImage('tiny-torch') };
    const layer = 'conv5_block2_concat';
    const prepare = vi.spyOn(IncrementalTail, 'prepare');
    for (const method of Object.keys(FIELDS) as (keyof typeof FIELDS)[]) {
      for (const exact of ['incremental', 'dense'] as const) {
        prepare.mockClear();
        await explain(engine, { image, layer, classIndex: 4, score: 'logit', ablation: ABLATION, methods: [method], exact });
        expect(prepare, `${method}, ${exact}`).toHaveBeenCalledTimes(exact === 'dense' ? 0 : 1);
      }
    }
    prepare.mockRestore();
  });

  it('is exactly its first-order estimate where everything after the ReLU is linear', async () => {
    const image = { id: 'tiny-torch', pixels: await goldenImage('tiny-torch') };
    const [numbers] = NUMBERS;
    const { layer = '', class: classIndex = 0, fastAblationLogitDrop = [] } = numbers ?? {};
    const { results } = await explain(engine, { image, layer, classIndex, score: 'logit', ablation: ABLATION, methods: ['first-order'] });
    const [estimate] = results;
    if (!estimate || !('map' in estimate)) throw new Error('there is no estimate');
    expect(distance(estimate.map.values, fastAblationLogitDrop.flat())).toBeLessThan(1e-4);
  });
});
