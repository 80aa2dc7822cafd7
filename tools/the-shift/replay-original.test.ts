/** What `docs/the-shift.md` says about the original is so: replayed, it shifts every map by one cell, and finds nothing at inner layers. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { findNode } from '../../src/engine/graph/layer-graph.ts';
import { loadModel } from '../../src/engine/loading/loaded-model.ts';
import { asRead, engineWith, explain, plainImage, resultOf, testManifest } from '../../src/engine/testing/test-engine.ts';
import { denseModel, spikeModel } from '../../src/engine/testing/tiny-models.ts';
import { mapOfSweep } from '../../src/explain/ablation-plan.ts';
import type { ModelArtifacts } from '../../src/formats/network/artifacts.ts';
import { inOriginalOrder, originalMap } from './replay-original.ts';

const PLAIN = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' } as const;
const SCORE = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
const ROWS = 3;
const COLUMNS = 4;

/** Both maps of class 0 at a layer: ours and the original's. */
async function bothMaps(artifacts: ModelArtifacts, layer: string, green: (cell: number) => number) {
  const manifest = testManifest(ROWS, COLUMNS, { preprocessing: PLAIN });
  const engine = await engineWith('wasm', artifacts, manifest);
  const pixels = plainImage(COLUMNS, ROWS, 40);
  for (let cell = 0; cell < ROWS * COLUMNS; cell++) pixels.data[cell * 4 + 1] = green(cell);
  const question = { image: { id: 'p', pixels }, layer, classIndex: 0, score: 'logit', methods: ['fast-ablation-cam'] } as const;
  const { results } = await explain(engine, question);
  const ours = mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, SCORE);

  const model = await loadModel('replay', asRead(artifacts, manifest), null);
  const node = findNode(model.graph, layer);
  if (!node) throw new Error(`the model has no layer ${layer}`);
  const rgb = Float32Array.from({ length: ROWS * COLUMNS * 3 }, (_, i) => (pixels.data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) / 255);
  const input = tf.tensor4d(rgb, [1, ROWS, COLUMNS, 3]);
  const original = await originalMap(model.graph, node, input, 0);
  input.dispose();
  model.dispose();
  engine.dispose();
  return { ours, original };
}

function expectSame(actual: Float32Array, expected: Float32Array): void {
  for (const [cell, value] of expected.entries()) expect(actual[cell]).toBeCloseTo(value, 5);
}

describe('the original, replayed', () => {
  it.each([0, 1, 5, 11])('shows a spike planted at cell %i one cell early; ours shows it where it is', async (spike) => {
    const { ours, original } = await bothMaps(await spikeModel(ROWS, COLUMNS), 'spikes', (cell) => (cell === spike ? 255 : 0));
    const peakOf = (values: Float32Array) => values.indexOf(Math.max(...values));
    expect(peakOf(ours.values)).toBe(spike);
    // The first cell comes last: its own run is the one after all others.
    expect(peakOf(original.values)).toBe((spike + ROWS * COLUMNS - 1) % (ROWS * COLUMNS));
  });

  it('is our map in another order, and nothing else, at the last concatenation', async () => {
    const { ours, original } = await bothMaps(await denseModel(ROWS, COLUMNS), 'joined', (cell) => (cell * 83) % 256);
    expectSame(original.values, inOriginalOrder(ours).values);
    expect(Math.max(...ours.values)).toBeGreaterThan(Math.min(...ours.values));
  });

  it('finds nothing inside a dense block, where ours does', async () => {
    const { ours, original } = await bothMaps(await denseModel(ROWS, COLUMNS), 'inner', (cell) => (cell * 83) % 256);
    expect(Math.max(...original.values.map(Math.abs))).toBe(0);
    expect(Math.max(...ours.values.map(Math.abs))).toBeGreaterThan(1e-3);
  });
});
