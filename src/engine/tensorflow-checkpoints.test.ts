/** Checkpoints give the numbers that their weights give elsewhere, and the maps, on every backend. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../core/images/resize.ts';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { probabilities } from '../explain/target.ts';
import type { GivenFile } from '../formats/given-file.ts';
import { readModel } from '../formats/read-model.ts';
import { goldenExpected, goldenImage, goldenModel, readImage } from '../formats/testing/goldens.ts';
import { checkpointFiles, kerasLayers, layersIn, withTraining } from '../formats/testing/tensorflow-writer.ts';
import { sharedData } from '../formats/testing/test-data.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, resultOf, testManifest } from './testing/test-engine.ts';

const OUTPUT_TOLERANCE = 1e-4;
/** Of the map's range. */
const MAP_TOLERANCE = 1e-3;

interface Expected {
  readonly layer: string;
  readonly class: number;
  readonly gradCam: number[][];
  readonly fastAblationLogitDrop: number[][];
}

function furthest(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
}

function expectMap(actual: ArrayLike<number>, expected: readonly (readonly number[])[]): void {
  const values = expected.flat();
  expect(furthest(actual, values) / (Math.max(...values) - Math.min(...values))).toBeLessThan(MAP_TOLERANCE);
}

async function expectMaps(engine: Awaited<ReturnType<typeof engineWith>>, pixels: Pixels, expected: Expected): Promise<Float32Array> {
  const request = { image: { id: 'golden', pixels }, layer: expected.layer, classIndex: expected.class, score: 'logit' } as const;
  const { logits, results } = await explain(engine, { ...request, methods: ['grad-cam', 'fast-ablation-cam'] });
  expectMap(resultOf(results, 'grad-cam').map.values, expected.gradCam);
  const { sweep } = resultOf(results, 'fast-ablation-cam');
  const score = { classIndex: expected.class, kind: 'logit', versus: null, reading: 'softmax' } as const;
  expectMap(mapOfSweep(sweep, score).values, expected.fastAblationLogitDrop);
  return logits;
}

const LENET = sharedData('goldens/tf-checkpoint/lenet', 'a real checkpoint of TensorFlow is not run');

function lenetFile(name: string): GivenFile {
  return { name, bytes: Uint8Array.from(readFileSync(`${LENET.path}/${name}`)) };
}

describe.each(await availableBackends())('checkpoints on %s', (backend) => {
  it.skipIf(!LENET.isThere)('a real one, with its network in JSON', async () => {
    const files = ['model.json', 'my_checkpoint.index', 'my_checkpoint.data-00000-of-00001'].map(lenetFile);
    const { artifacts } = await readModel(files);
    const expected: { logits: number[]; explanations: Expected[] } = JSON.parse(readFileSync(`${LENET.path}/expected.json`, 'utf8'));
    const preprocessing = { channels: 'grey', scale: 1 / 255, mean: [0], std: [1], fit: 'stretched' } as const;
    const engine = await engineWith(backend, artifacts, testManifest(28, 28, { preprocessing }));
    const pixels = await readImage(`${LENET.path}/input.png`);
    for (const explanation of expected.explanations) {
      const logits = await expectMaps(engine, pixels, explanation);
      expect(furthest(logits, expected.logits)).toBeLessThan(OUTPUT_TOLERANCE);
    }
    engine.dispose();
  });

  it('a DenseNet’s in the form of the original, alone', async () => {
    const expected = goldenExpected('tiny-pollen-head');
    const { tensors, model } = kerasLayers(layersIn((await goldenModel('tiny-pollen-head')).artifacts), 'model/');
    const { artifacts } = await readModel(checkpointFiles('fold_5_best_weights-7', withTraining(tensors, { children: { model } })));
    const [height, width] = expected.inputSize;
    const engine = await engineWith(backend, artifacts, testManifest(height, width));
    const pixels = await goldenImage('tiny-pollen-head');
    const [first] = expected.explanations;
    if (!first) throw new Error('there are no numbers');
    const logits = await expectMaps(engine, pixels, first);
    const shares = probabilities(logits, 'softmax');
    for (const [index, share] of expected.top5) expect(Math.abs((shares[index] ?? Number.NaN) - share)).toBeLessThan(OUTPUT_TOLERANCE);
    engine.dispose();
  });
});
