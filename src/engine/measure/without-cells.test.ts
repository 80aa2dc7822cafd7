/** Cells taken away together: one of them as a sweep has it, all of them as nothing at all. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ABLATION } from '../../explain/ablation-plan.ts';
import { itemLogits } from '../../explain/item-sweep.ts';
import { availableBackends } from '../node/node-device.ts';
import { engineWith, explain, resultOf, testManifest, unevenImage } from '../testing/test-engine.ts';
import { denseModel, withTrainedShifts } from '../testing/tiny-models.ts';

const IMAGE = { id: 'p', pixels: unevenImage(4, 6) };
const CELLS = 24;

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from({ length: a.length }, (_, i) => Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN))));
}

describe.each(await availableBackends())('without some cells on %s', (backend) => {
  it.each([0, 2, 'mean', 'blur'] as const)('one cell is what the sweep says, where activations are replaced with %s', async (value) => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(6, 4)), testManifest(6, 4));
    for (const layer of ['inner', 'joined']) {
      const ablation = { ...DEFAULT_ABLATION, value };
      const { results } = await explain(engine, {
        image: IMAGE,
        layer,
        classIndex: 0,
        score: 'logit',
        ablation,
        methods: ['fast-ablation-cam'],
      });
      const { sweep } = resultOf(results, 'fast-ablation-cam');
      const tensors = tf.memory().numTensors;
      for (const cell of [0, 7, 23]) {
        const logits = await engine.withoutCells({ image: IMAGE, layer, cells: Uint32Array.of(cell), value });
        expect(furthest(logits, itemLogits(sweep, cell))).toBeLessThan(1e-4);
      }
      expect(tf.memory().numTensors).toBe(tensors);
    }
    engine.dispose();
  });

  it('several cells are a window of them, and all cells the whole layer', async () => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(6, 4)), testManifest(6, 4));
    const windowOf = async (window: number) => {
      const ablation = { window, stride: window, value: 0 };
      const { results } = await explain(engine, {
        image: IMAGE,
        layer: 'joined',
        classIndex: 0,
        score: 'logit',
        ablation,
        methods: ['fast-ablation-cam'],
      });
      return itemLogits(resultOf(results, 'fast-ablation-cam').sweep, 0);
    };
    const without = (cells: number[]) => engine.withoutCells({ image: IMAGE, layer: 'joined', cells: Uint32Array.from(cells), value: 0 });
    expect(furthest(await without([0, 1, 4, 5]), await windowOf(2))).toBeLessThan(1e-4);
    expect(furthest(await without([...Array(CELLS).keys()]), await windowOf(6))).toBeLessThan(1e-4);
    engine.dispose();
  });
});
