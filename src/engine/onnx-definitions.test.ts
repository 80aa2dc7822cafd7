/** Operations of ONNX that PyTorch's exporter does not write, or not so: what they give is what their definitions in float64 give. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../formats/read-model.ts';
import { type NodeOf, onnxFile, valueInfo } from '../formats/testing/onnx/onnx-writer.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { functionCases } from './testing/onnx/function-cases.ts';
import { fusedCases } from './testing/onnx/fused-cases.ts';
import { groupCases } from './testing/onnx/group-cases.ts';
import type { OnnxCase } from './testing/onnx/onnx-case.ts';
import { placeCases } from './testing/onnx/place-cases.ts';
import { reductionCases } from './testing/onnx/reduction-cases.ts';
import { resizingCases } from './testing/onnx/resizing-cases.ts';
import { explain, startedEngine, unevenImage } from './testing/test-engine.ts';

const FILE = 'operation.onnx';

/** `[channels, rows, columns]` of the image that every case takes. */
const IMAGE = [3, 5, 7] as const;

/** After a ReLU that does nothing to an image, so that there is a layer with cells, and with the result laid out as scores. */
function fileOf({ nodes, tensors = [], opset = 13 }: OnnxCase) {
  const around: NodeOf[] = [
    { kind: 'Relu', name: 'image', inputs: ['input'], outputs: ['x'] },
    ...nodes,
    { kind: 'Flatten', name: 'scores', inputs: ['y'], outputs: ['scores'] },
  ];
  const bytes = onnxFile({
    nodes: around,
    tensors,
    opset,
    inputs: [valueInfo('input', ['batch', ...IMAGE])],
    outputs: ['scores'],
    metadata: { 'Image.NominalPixelRange': 'Normalized_0_1', 'Image.BitmapPixelFormat': 'Rgb8' },
  });
  return [{ name: FILE, bytes }];
}

/** As the network gets it: a value from 0 to 1 for each channel, row and column. */
function valuesOf({ data }: ReturnType<typeof unevenImage>): Float64Array {
  const [, rows, columns] = IMAGE;
  const cells = rows * columns;
  return Float64Array.from({ length: 3 * cells }, (_, i) => (data[(i % cells) * 4 + Math.floor(i / cells)] ?? 0) / 255);
}

const CASES = [...functionCases(), ...fusedCases(), ...groupCases(), ...placeCases(), ...reductionCases(), ...resizingCases()];

/** On a software driver, every kernel takes a while to compile: one case of each kind. */
const ON_WEBGPU = /^(Swish of 2|groups that share|Sign|Log|ReduceLogSumExp of rows and columns$)/;

describe.each(await availableBackends())('operations of ONNX by their definitions on %s', (backend) => {
  let engine: LocalEngine;
  let current: ReturnType<typeof fileOf>;

  beforeAll(async () => {
    engine = await startedEngine(backend, () => readModel(current));
  });
  afterAll(() => engine.dispose());

  it.each(backend === 'webgpu' ? CASES.filter(({ name }) => ON_WEBGPU.test(name)) : CASES)('$name', async (one) => {
    current = fileOf(one);
    const [, height, width] = IMAGE;
    const { layers } = await engine.loadModel({ kind: 'files', id: one.name, files: [], input: { width, height }, output: null }, () => {});
    const pixels = unevenImage(width, height);
    const layer = layers.find(({ unsupportedReason }) => unsupportedReason === null)?.name ?? '';
    const about = { image: { id: one.name, pixels }, layer, classIndex: 0, score: 'logit', methods: [] } as const;
    const { logits } = await explain(engine, about);
    const held = tf.memory().numTensors;
    await explain(engine, about);
    expect(tf.memory().numTensors).toBe(held);
    const expected = one.expected(valuesOf(pixels), IMAGE);
    expect(logits.length).toBe(expected.length);
    const off = Array.from(expected, (value, i) => Math.abs(value - (logits[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)));
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });
});
