/** With an operation in PyTorch's place: what it is asked, and what becomes of its answers. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { asRead, explain, noDownload, resultOf, testManifest, unevenImage } from '../../src/engine/testing/test-engine.ts';
import { denseModel } from '../../src/engine/testing/tiny-models.ts';
import type { MethodId } from '../../src/explain/methods/list.ts';
import { DEFAULT_MEASURE } from '../../src/metrics/measures.ts';
import { ask } from '../../src/protocol/ask.ts';
import { TorchEngine } from './torch-engine.ts';

const SIZE = 6;
const image = { id: 'uneven', pixels: unevenImage(SIZE, SIZE) };

async function startedEngine(): Promise<TorchEngine> {
  const artifacts = await denseModel(SIZE, SIZE);
  const openModel = async () => asRead(artifacts, testManifest(SIZE, SIZE));
  const engine = new TorchEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
  await engine.start('cpu');
  await engine.loadModel({ kind: 'folder', id: 'test', url: '' }, () => {});
  return engine;
}

/** Keeps the images that it is given, and gives each its number as all of its logits. */
class Recorder {
  readonly images: Float32Array[] = [];
  isDisposed = false;

  constructor(readonly classes: number) {}

  run([batch]: tf.Tensor[]): tf.Tensor {
    const values = batch?.dataSync() ?? new Float32Array();
    const count = batch?.shape[0] ?? 0;
    const first = this.images.length;
    for (let i = 0; i < count; i++) this.images.push(Float32Array.from(values.slice(i * 3 * SIZE ** 2, (i + 1) * 3 * SIZE ** 2)));
    return tf.tensor2d(
      Array.from({ length: count }, (_, i) => new Array<number>(this.classes).fill(first + i)),
      [count, this.classes],
    );
  }

  runForGradient(): tf.Tensor {
    throw new Error('no gradient is asked for');
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

async function logitsBy(engine: TorchEngine, method: MethodId): Promise<{ logits: Float32Array; classes: number }> {
  const { results } = await explain(engine, { image, layer: 'first', classIndex: 0, score: 'logit', methods: [method] });
  const { sweep } = resultOf(results, method) as { sweep: { logits: Float32Array; baseline: Float32Array } };
  return { logits: sweep.logits, classes: sweep.baseline.length };
}

it.each([
  ['score-cam', 'quick'],
  ['rise', 'quick'],
  ['occlusion', 'precise'],
] as const)('%s has its %s passes run elsewhere, of the images that it would run itself', async (method, which) => {
  const engine = await startedEngine();
  const { logits, classes } = await logitsBy(engine, method);
  const recorder = new Recorder(classes);
  const other = new Recorder(classes);
  engine.runPassesBy(which === 'quick' ? { quick: recorder, precise: other } : { quick: other, precise: recorder });
  const tensors = tf.memory().numTensors;
  const elsewhere = await logitsBy(engine, method);
  const count = logits.length / classes;
  expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors);
  expect(recorder.images.length).toBeGreaterThanOrEqual(count);
  expect(other.images).toEqual([]);
  expect(count).toBeGreaterThan(3);
  for (const item of [0, 1, count >> 1, count - 1]) {
    const number = elsewhere.logits[item * classes] ?? -1;
    const values = recorder.images[number] ?? new Float32Array();
    const own = await ask(engine, { image: { id: `${item}`, values }, layer: 'first', work: null, budgetBytes: 1e8 });
    for (const [i, logit] of own.logits.entries()) expect(logits[item * classes + i]).toBeCloseTo(logit, 5);
  }
  engine.dispose();
  expect([recorder.isDisposed, other.isDisposed]).toEqual([true, true]);
});

it('measures have the images that they change run elsewhere, precisely', async () => {
  const engine = await startedEngine();
  const { classes } = await logitsBy(engine, 'occlusion');
  const [quick, precise] = [new Recorder(classes), new Recorder(classes)];
  const map = { rows: 2, columns: 2, values: Float32Array.of(4, 3, 2, 1) };
  const score = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
  const settings = { ...DEFAULT_MEASURE, steps: 3 };
  const measure = async () => {
    const counts: number[] = [];
    const request = { image, maps: [{ id: 'map', map }], score, settings, budgetBytes: 1e8 };
    await engine.measure(request, (event) => counts.push(...(event.kind === 'progress' ? [event.total] : [])));
    return counts.at(-1) ?? 0;
  };
  const own = await measure();
  expect(own).toBeGreaterThan(3);
  const tensors = tf.memory().numTensors;
  engine.runPassesBy({ quick, precise });
  expect(await measure()).toBe(own);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(precise.images.length).toBeGreaterThanOrEqual(own);
  expect(quick.images).toEqual([]);
  engine.dispose();
});

it('methods that run less than the network for an item, or that need gradients, are the engine’s own', async () => {
  const engine = await startedEngine();
  const recorder = new Recorder(1);
  engine.runPassesBy({ quick: recorder, precise: recorder });
  const methods = ['grad-cam', 'fast-ablation-cam', 'ablation-cam'] as const;
  await explain(engine, { image, layer: 'first', classIndex: 0, score: 'logit', methods });
  expect(recorder.images).toEqual([]);
  engine.dispose();
});
