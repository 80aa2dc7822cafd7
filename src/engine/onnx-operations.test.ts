/** Operations of ONNX one by one, over a grid of settings: what they give is what PyTorch gave (`tools/fixtures/make_onnx_operations.py`). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../formats/read-model.ts';
import { fixture } from '../formats/testing/test-data.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, unevenImage } from './testing/test-engine.ts';

interface OperationCase {
  readonly name: string;
  /** `[height, width]` */
  readonly size: readonly [number, number];
  /** The result, flattened as ONNX lays it out. */
  readonly values: readonly number[];
  /** In base64. */
  readonly model: string;
}

const CASES: readonly OperationCase[] = JSON.parse(gunzipSync(readFileSync(fixture('goldens/onnx-operations.json.gz'))).toString());

const FILE = 'operation.onnx';

function filesOf({ model }: OperationCase) {
  return [{ name: FILE, bytes: Uint8Array.from(Buffer.from(model, 'base64')) }];
}

/** On a software driver, every kernel takes a while to compile: one case of each operation. */
function oneOfEach(cases: readonly OperationCase[]): OperationCase[] {
  const first = new Map(cases.toReversed().map((one) => [one.name.split(' ')[0], one]));
  return cases.filter((one) => first.get(one.name.split(' ')[0]) === one);
}

describe.each(await availableBackends())('operations of ONNX on %s', (backend) => {
  let engine: LocalEngine;
  let current: OperationCase;

  beforeAll(async () => {
    const openModel = () => readModel(filesOf(current));
    engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
    await engine.start(backend);
  });
  afterAll(() => engine.dispose());

  it.each(backend === 'webgpu' ? oneOfEach(CASES) : CASES)('$name', async (one) => {
    current = one;
    const [height, width] = one.size;
    const { layers } = await engine.loadModel({ kind: 'files', id: FILE, files: [], input: { width, height }, output: null }, () => {});
    const image = { id: one.name, pixels: unevenImage(width, height) };
    const layer = layers.find(({ unsupportedReason }) => unsupportedReason === null)?.name ?? '';
    const { logits } = await explain(engine, { image, layer, classIndex: 0, score: 'logit', methods: [] });
    const held = tf.memory().numTensors;
    await explain(engine, { image, layer, classIndex: 0, score: 'logit', methods: [] });
    expect(tf.memory().numTensors).toBe(held);
    expect(logits.length).toBe(one.values.length);
    const off = one.values.map((value, i) => Math.abs(value - (logits[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)));
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });
});
