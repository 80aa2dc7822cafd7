/** A spike planted in cell (i, j) peaks at (i, j): nothing shifts, turns or mirrors a map, on square and non-square grids. */
import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { DEFAULT_SWEEP } from '../explain/input/input-settings.ts';
import { METHODS, type MethodId, methodOf } from '../explain/methods/list.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, plainImage, resultOf, testManifest } from './testing/test-engine.ts';
import { spikeModel } from './testing/tiny-models.ts';

const PLAIN: Preprocessing = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' };

const SCORE = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;

/** So many passes at every cell take minutes on a software driver: there they are run for one cell of a grid. */
const WHOLE_PASSES: readonly MethodId[] = ['score-cam', 'occlusion', 'rise'];

/** As many masks as tell a pixel from its neighbour. */
const ABLATION = { ...DEFAULT_SWEEP, rise: { count: 300, seed: 1 } };

function peakOf(values: Float32Array, columns: number): [number, number] {
  const peak = values.indexOf(Math.max(...values));
  return [Math.floor(peak / columns), peak % columns];
}

describe.each(await availableBackends())('a planted spike on %s', (backend) => {
  it.each([
    [7, 7],
    [3, 5],
    [6, 2],
  ])('is found at its cell, whichever of %i x %i it is', async (rows, columns) => {
    const engine = await engineWith(backend, await spikeModel(rows, columns), testManifest(rows, columns, { preprocessing: PLAIN }));
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const isSlow = backend === 'webgpu' && !(row === 1 && column === 3);
        const pixels = plainImage(columns, rows);
        pixels.data[(row * columns + column) * 4 + 1] = 255;
        const { results } = await explain(engine, {
          image: { id: `${row},${column}`, pixels },
          layer: 'spikes',
          classIndex: 0,
          score: 'logit',
          methods: METHODS.map(({ id }) => id).filter((id) => !isSlow || !WHOLE_PASSES.includes(id)),
          ablation: ABLATION,
        });
        for (const result of results) {
          const { map } = methodOf(result.method).mapOf(result, SCORE, null);
          expect(peakOf(map.values, columns), result.method).toEqual([row, column]);
        }
        const drop = mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, SCORE);
        // The class score is 8 times the mean, so the spike's cell carries all of it.
        expect(Math.max(...drop.values)).toBeCloseTo(8 / (rows * columns), 5);
        expect(drop.values.filter((value) => Math.abs(value) < 1e-6).length).toBe(rows * columns - 1);
      }
    }
    engine.dispose();
  });
});
