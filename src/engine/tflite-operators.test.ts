/** Operators of TFLite one by one: what they give is what their definitions in float64 give. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../formats/read-model.ts';
import { metadataOf } from '../formats/testing/tflite/sound-tflite.ts';
import { tfliteFile } from '../formats/testing/tflite/tflite-writer.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import type { Values } from './testing/reference/values.ts';
import { explain, startedEngine, unevenImage } from './testing/test-engine.ts';
import { imageCases } from './testing/tflite/image-cases.ts';
import { layoutCases } from './testing/tflite/layout-cases.ts';
import type { TfliteCase } from './testing/tflite/tflite-case.ts';
import { valueCases } from './testing/tflite/value-cases.ts';

const FILE = 'operator.tflite';

/** After a ReLU that does nothing to an image, so that there is a layer with cells, and with the result laid out as scores. */
function fileOf({ image, tensors, operators }: TfliteCase, count: number) {
  const bytes = tfliteFile({
    tensors: {
      input: { shape: image },
      image: { shape: image },
      y: { shape: [] },
      ...tensors,
      flat: { shape: [2], type: 'int32', values: [-1, count] },
      scores: { shape: [1, count] },
    },
    operators: [
      { kind: 'RELU', inputs: ['input'], outputs: ['image'] },
      ...operators,
      { kind: 'RESHAPE', inputs: ['y', 'flat'], outputs: ['scores'] },
    ],
    inputs: ['input'],
    outputs: ['scores'],
    metadata: metadataOf({ mean: [0], std: [255] }),
  });
  return [{ name: FILE, bytes }];
}

/** As the network gets it: values from 0 to 1, without transparency. */
function valuesOf(pixels: ReturnType<typeof unevenImage>, shape: readonly number[]): Values {
  const data = Float64Array.from(
    pixels.data.filter((_, i) => i % 4 !== 3),
    (value) => value / 255,
  );
  return { shape, data };
}

const CASES = [...imageCases(), ...valueCases(), ...layoutCases()];

/** On a software driver, every kernel takes a while to compile: one case of each of these. */
const ON_WEBGPU = /^(CONV_2D of the same size|DEPTHWISE_CONV_2D with|TRANSPOSE_CONV SAME to 14|FULLY_CONNECTED of|SPLIT)/;

describe.each(await availableBackends())('operators of TFLite on %s', (backend) => {
  let engine: LocalEngine;
  let current: ReturnType<typeof fileOf>;

  beforeAll(async () => {
    engine = await startedEngine(backend, () => readModel(current));
  });
  afterAll(() => engine.dispose());

  it.each(CASES.filter(({ name }) => backend !== 'webgpu' || ON_WEBGPU.test(name)))('$name', async (one) => {
    const [, height = 1, width = 1] = one.image;
    const pixels = unevenImage(width, height);
    const expected = one.expected(valuesOf(pixels, one.image)).data;
    current = fileOf(one, expected.length);
    const { layers } = await engine.loadModel({ kind: 'files', id: FILE, files: [], input: { width, height }, output: null }, () => {});
    const layer = layers.find(({ unsupportedReason }) => unsupportedReason === null)?.name ?? '';
    const question = { image: { id: one.name, pixels }, layer, classIndex: 0, score: 'logit', methods: [] } as const;
    const { logits } = await explain(engine, question);
    const held = tf.memory().numTensors;
    await explain(engine, question);
    expect(tf.memory().numTensors).toBe(held);
    expect(logits.length).toBe(expected.length);
    const off = Array.from(expected, (value, i) => Math.abs(value - (logits[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)));
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });
});
