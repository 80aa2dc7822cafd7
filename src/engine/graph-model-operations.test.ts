/** Operations of TensorFlow one by one: what the engine gives is what tf.js' own executor of graphs gives, from the same files. */
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GivenFile } from '../formats/given-file.ts';
import { readModel } from '../formats/read-model.ts';
import { COLUMNS, type OperationCase, ROWS } from '../formats/testing/tfjs/case-writer.ts';
import { graphModel } from '../formats/testing/tfjs/graph-model-writer.ts';
import { CASES } from '../formats/testing/tfjs/operation-cases.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, unevenImage } from './testing/test-engine.ts';

/** As a person writes them: on a software driver, one of each kind. */
function shown(backend: string): readonly OperationCase[] {
  if (backend !== 'webgpu') return CASES;
  return ['Conv2D SAME, strides', 'Prelu of channels', 'StridedSlice', 'Conv2DBackpropInput SAME of 3 taps'].flatMap(
    (name) => CASES.find((one) => one.name === name) ?? [],
  );
}

async function theirs([model, shard]: readonly GivenFile[], pixels: ArrayLike<number>): Promise<number[]> {
  const { modelTopology, weightsManifest, signature } = JSON.parse(new TextDecoder().decode(model?.bytes));
  const weightSpecs = weightsManifest.flatMap(({ weights }: { weights: unknown[] }) => weights);
  const artifacts = { modelTopology, weightSpecs, weightData: shard?.bytes.slice().buffer, signature };
  const network = await loadGraphModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
  const image = tf.tensor4d(
    Float32Array.from({ length: ROWS * COLUMNS * 3 }, (_, i) => (pixels[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) / 255),
    [1, ROWS, COLUMNS, 3],
  );
  const scores = network.predict(image) as tf.Tensor;
  const values = Array.from(await scores.data());
  tf.dispose([image, scores]);
  network.dispose();
  return values;
}

describe.each(await availableBackends())('operations of TensorFlow on %s', (backend) => {
  let engine: LocalEngine;
  let files: readonly GivenFile[];

  beforeAll(async () => {
    const openModel = async () => {
      const read = await readModel(files);
      const preprocessing = { ...read.manifest.preprocessing, scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] };
      return { ...read, manifest: { ...read.manifest, preprocessing } };
    };
    engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
    await engine.start(backend);
  });
  afterAll(() => engine.dispose());

  it.each(shown(backend))('$name', async ({ name, model }) => {
    files = graphModel(model);
    const input = { width: COLUMNS, height: ROWS };
    const { layers } = await engine.loadModel({ kind: 'files', id: name, files: [], input, output: null }, () => {});
    const image = { id: name, pixels: unevenImage(COLUMNS, ROWS) };
    const layer = layers.find(({ unsupportedReason }) => unsupportedReason === null)?.name ?? '';
    const { logits } = await explain(engine, { image, layer, classIndex: 0, score: 'logit', methods: [] });
    const right = await theirs(files, image.pixels.data);
    expect(logits.length).toBe(right.length);
    const off = right.map((value, i) => Math.abs(value - (logits[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)));
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });
});
