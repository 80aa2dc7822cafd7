/** Whatever is given for a model ends in a network that can be run, or in one sentence that names the file; and nothing is left behind. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import { holdsAsync } from '../core/testing/property.ts';
import type { GivenFile } from '../formats/given-file.ts';
import { readModel } from '../formats/read-model.ts';
import { changed } from '../formats/testing/broken/broken-case.ts';
import { brokenFiles } from '../formats/testing/broken/broken-files.ts';
import { soundOnnx } from '../formats/testing/onnx/sound-onnx.ts';
import { networkFile, savedModel, soundCheckpoint } from '../formats/testing/sound-checkpoints.ts';
import { kerasArchive, kerasH5, layersModel } from '../formats/testing/sound-models.ts';
import { denseNetTensors, safetensorsWith } from '../formats/testing/sound-safetensors.ts';
import { soundTflite } from '../formats/testing/tflite/sound-tflite.ts';
import { legacyFile, resNetTensors, torchFile } from '../formats/testing/torch/torch-files.ts';
import { type LoadedModel, loadModel } from './loading/loaded-model.ts';
import type { LocalEngine } from './local-engine.ts';
import { engineWith, explain, resultOf, testManifest, unevenImage } from './testing/test-engine.ts';
import { denseModel } from './testing/tiny-models.ts';

/** As long as a person is made to wait at most. */
const PATIENCE_MS = 5000;

const INPUT = { width: 32, height: 32 };

async function open(files: readonly GivenFile[]): Promise<LoadedModel> {
  return loadModel('given', await readModel(files), INPUT);
}

/** What tf.js holds on to. */
function held(): object {
  return { tensors: tf.memory().numTensors, variables: Object.keys(tf.engine().registeredVariables).length };
}

/** A whole sentence, and no more than one, in words for a person. */
function expectSentence(error: unknown): asserts error is AppError {
  if (!(error instanceof AppError)) throw error;
  expect(error.code).not.toBe('internal');
  expect(error.message).toMatch(/^[A-Z][^\n]*[^.]\.$/);
  expect(error.message).not.toMatch(/[.!?]\s+[A-Z]/);
  expect(error.message).not.toMatch(/\bat \S+:\d+|\w+Error\b|\bundefined\b|\[object /);
}

const cases = await brokenFiles();

let engine: LocalEngine;
let before: Float32Array;

const QUESTION = {
  image: { id: 'uneven', pixels: unevenImage(8, 6) },
  layer: 'joined',
  classIndex: 1,
  score: 'logit',
  methods: ['grad-cam'],
} as const;

async function mapOfLoaded(): Promise<Float32Array> {
  return resultOf((await explain(engine, QUESTION)).results, 'grad-cam').map.values;
}

beforeAll(async () => {
  engine = await engineWith('cpu', await denseModel(6, 8), testManifest(6, 8));
  before = await mapOfLoaded();
});

afterAll(async () => {
  expect(await mapOfLoaded()).toEqual(before);
  engine.dispose();
});

describe('sound files open', () => {
  it.each([
    ['HDF5', async () => [{ name: 'sound.h5', bytes: await kerasH5() }]],
    ['an archive', async () => [{ name: 'sound.keras', bytes: await kerasArchive() }]],
    ['a layers-model', async () => layersModel()],
    ['safetensors', async () => [{ name: 'sound.safetensors', bytes: safetensorsWith(denseNetTensors()) }]],
    ['a checkpoint', async () => [{ name: 'sound.pth', bytes: torchFile(resNetTensors()) }]],
    ['a checkpoint of old', async () => [{ name: 'sound.pth', bytes: legacyFile(resNetTensors()) }]],
    ['a TensorFlow checkpoint', async () => [...soundCheckpoint(), networkFile()]],
    ['a SavedModel', async () => savedModel()],
    ['an ONNX graph', async () => [{ name: 'sound.onnx', bytes: soundOnnx() }]],
    ['a model of TFLite', async () => [{ name: 'sound.tflite', bytes: soundTflite() }]],
  ])('%s', async (_what, files) => {
    const state = held();
    const model = await open(await files());
    expect(model.info.classNames).toHaveLength(3);
    model.dispose();
    expect(held()).toEqual(state);
  });
});

describe('every broken model ends in one sentence that names the file', () => {
  it('of which there are many, each another', () => {
    expect(cases.length).toBeGreaterThan(500);
    expect(new Set(cases.map(({ what }) => what)).size).toBe(cases.length);
  });

  it.each(cases)(
    '$what',
    async ({ files, names }) => {
      const state = held();
      const error = await open(files).catch((reason: unknown) => reason);
      expectSentence(error);
      expect(error.message).toContain(names);
      expect(held()).toEqual(state);
    },
    PATIENCE_MS,
  );
});

/** Bytes at places, as shares of a file's length, become others. */
const place = fc.nat({ max: 2 ** 24 - 1 }).map((part) => part / 2 ** 24);
const flips = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });

function withFlips(files: readonly GivenFile[], places: readonly (readonly [number, number])[]): GivenFile[] {
  return files.map(({ name, bytes }) => {
    const flip = (copy: Uint8Array) => {
      for (const [place, value] of places) copy[Math.floor(place * bytes.length)] = value;
    };
    return { name, bytes: changed(bytes, flip) };
  });
}

describe('bytes turned over anywhere end in a network or in one sentence', () => {
  it.each([
    ['HDF5', 400, async () => [{ name: 'flipped.h5', bytes: await kerasH5() }]],
    ['an archive', 100, async () => [{ name: 'flipped.keras', bytes: await kerasArchive() }]],
    ['a layers-model', 200, async () => layersModel()],
    ['a checkpoint', 100, async () => [{ name: 'flipped.pth', bytes: torchFile(resNetTensors()) }]],
    ['a checkpoint of old', 100, async () => [{ name: 'flipped.pth', bytes: legacyFile(resNetTensors()) }]],
    ['safetensors', 100, async () => [{ name: 'flipped.safetensors', bytes: safetensorsWith(denseNetTensors()) }]],
    ['a TensorFlow checkpoint', 100, async () => [...soundCheckpoint(), networkFile()]],
    ['a SavedModel', 100, async () => savedModel()],
    ['an ONNX graph', 200, async () => [{ name: 'flipped.onnx', bytes: soundOnnx() }]],
    ['a model of TFLite', 200, async () => [{ name: 'flipped.tflite', bytes: soundTflite() }]],
  ])('%s', async (_what, count, files) => {
    const sound = await files();
    const state = held();
    await holdsAsync(
      fc.asyncProperty(flips, async (places) => {
        const result = await open(withFlips(sound, places)).catch((reason: unknown) => reason);
        if (result instanceof Error) expectSentence(result);
        else (result as LoadedModel).dispose();
        expect(held()).toEqual(state);
      }),
      count,
    );
  });
});

describe('weights that are no numbers', () => {
  it('open, and the image that they give no scores for is told of in one sentence', async () => {
    const artifacts = await denseModel(6, 8);
    new Float32Array(artifacts.data).fill(Number.NaN, 0, 3);
    const other = await engineWith('cpu', artifacts, testManifest(6, 8));
    const error = await explain(other, QUESTION).catch((reason: unknown) => reason);
    expectSentence(error);
    expect(error.message).toContain('no numbers');
    other.dispose();
  });
});
