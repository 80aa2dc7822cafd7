/** Where anything fails in the middle of a sweep, as for want of memory, nothing is left behind, and the engine goes on. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { engineWith, explain, type Question, testManifest, unevenImage } from './testing/test-engine.ts';
import { denseModel, withTrainedShifts } from './testing/tiny-models.ts';

const [ROWS, COLUMNS] = [9, 8];

/** Runs a job of which the nth kernel fails. @returns whether it had so many */
async function hasFailed(nth: number, job: () => Promise<unknown>): Promise<boolean> {
  const engine = tf.engine();
  const { runKernel } = engine;
  let left = nth;
  engine.runKernel = (...given) => {
    if (left-- === 0) throw new Error('there is no more memory');
    return runKernel.apply(engine, given) as never;
  };
  try {
    await job();
    return false;
  } catch {
    return true;
  } finally {
    engine.runKernel = runKernel;
  }
}

const CASES = [
  ['fast-ablation-cam', 'blur'],
  ['fast-ablation-cam', 'after-relu'],
  ['recipro-cam', 'mean'],
  ['recipro-cam', 'after-relu'],
  ['ablation-cam', 0],
  ['ablation-cam', 'after-relu'],
] as const;

describe('a kernel that fails', () => {
  it.each(CASES.flatMap(([method, value]) => (['incremental', 'dense'] as const).map((exact) => [method, value, exact] as const)))(
    'leaves nothing of a sweep of %s (%s, %s) behind, whichever it is',
    async (method, value, exact) => {
      const engine = await engineWith('cpu', withTrainedShifts(await denseModel(ROWS, COLUMNS, 8)), testManifest(ROWS, COLUMNS));
      const ablation = { window: 1, stride: 5, value, channelValue: value === 'after-relu' ? value : 0 } as const;
      const image = { id: 'uneven', pixels: unevenImage(COLUMNS, ROWS) };
      // What follows the second takes the first as well.
      for (const layer of ['first', 'inner']) {
        const question: Question = { image, layer, classIndex: 0, score: 'logit', ablation, methods: [method], exact };
        const ask = () => explain(engine, question);
        await ask();
        const before = (await engine.memory()).tensors;
        let kernels = 0;
        for (; await hasFailed(kernels, ask); kernels++) expect((await engine.memory()).tensors, `${layer}, ${kernels}`).toBe(before);
        expect(kernels).toBeGreaterThan(10);
      }
      engine.dispose();
    },
  );
});
