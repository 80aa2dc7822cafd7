/**
 * Every number that real Keras and PyTorch gave for Grad-CAM, FastAblationCAM and Ablation-CAM, on every backend, to 1e-3 of the map's range;
 * and from every file that holds the same network.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { type AblationSettings, DEFAULT_ABLATION, mapOfSweep } from '../explain/ablation-plan.ts';
import { channelWeights, mapOfChannels } from '../explain/channel-sweep.ts';
import { probabilities } from '../explain/target.ts';
import { type ReadModel, readModel } from '../formats/read-model.ts';
import {
  GOLDEN_NAMES,
  type GoldenName,
  goldenExpected,
  goldenFiles,
  goldenImage,
  goldenModel,
  loadGoldenModel,
  readGolden,
} from '../formats/testing/goldens.ts';
import { valuesOf } from '../formats/testing/sound-network.ts';
import { safetensorsWith, type TorchTensor } from '../formats/testing/sound-safetensors.ts';
import { torchTensors } from '../formats/testing/torch-names.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { asRead, explain, noDownload, resultOf, testManifest } from './testing/test-engine.ts';

const TOLERANCE = 1e-3;

/** On the software driver windows that grow take minutes: without NETWORKS=all, copies are run whole there but at the last layers. */
function wayAt(backend: string, layer: string) {
  return backend !== 'webgpu' || process.env.NETWORKS === 'all' || /^(relu|conv5_block2_concat)$/.test(layer) ? WAY : {};
}

const WAY = { exact: 'incremental' } as const;

/** The map has the expected shape, and no value is further off than a thousandth of the map's range (of its value, if it has only one). */
function expectMap(actual: SaliencyMap, expected: number[][]): void {
  expect([actual.rows, actual.columns]).toEqual([expected.length, expected[0]?.length]);
  expectValues(actual.values, expected.flat());
}

function expectValues(actual: Float32Array, expected: number[]): void {
  const range = Math.max(...expected) - Math.min(...expected) || Math.max(...expected.map(Math.abs));
  const furthest = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
  expect(actual.length).toBe(expected.length);
  expect(furthest / range).toBeLessThan(TOLERANCE);
}

const backends = await availableBackends();

describe.each(backends)('goldens on %s', (backend) => {
  // One for all networks: a new one of the software GPU compiles all shaders anew.
  let engine: LocalEngine;
  let opened: ReadModel;

  beforeAll(async () => {
    engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => opened, download: noDownload });
    expect((await engine.start(backend)).backend).toBe(backend);
  });
  afterAll(() => engine.dispose());

  describe.each(GOLDEN_NAMES)('%s', (name) => {
    const expected = goldenExpected(name);

    beforeAll(async () => {
      const [height, width] = expected.inputSize;
      opened = asRead(await loadGoldenModel(name), testManifest(height, width));
      await engine.loadModel({ kind: 'folder', id: name, url: '' }, () => {});
    });

    it.each([...new Set(expected.explanations.map(({ layer }) => layer))])('%s', async (layer) => {
      const image = { id: name, pixels: await goldenImage(name) };
      const way = wayAt(backend, layer);
      // A sweep holds all classes, so each is run once for every class that there are numbers of.
      const sweepWith = async (ablation: AblationSettings) => {
        const request = {
          image,
          layer,
          classIndex: null,
          score: 'logit',
          ablation,
          methods: ['fast-ablation-cam'],
          ...way,
        } as const;
        return resultOf((await explain(engine, request)).results, 'fast-ablation-cam').sweep;
      };
      const sweep = await sweepWith(DEFAULT_ABLATION);
      const ofChannels = { image, layer, classIndex: null, score: 'logit', methods: ['ablation-cam'], ...way } as const;
      const channels = resultOf((await explain(engine, ofChannels)).results, 'ablation-cam').sweep;
      const windows = await sweepWith({ window: 2, stride: 2, value: 0 });
      const doubled = await sweepWith({ window: 1, stride: 1, value: 2 });

      for (const golden of expected.explanations.filter((explanation) => explanation.layer === layer)) {
        const classIndex = golden.class;
        const { logits, results } = await explain(engine, { image, layer, classIndex, score: 'logit', methods: ['grad-cam'] });
        expect(logits[classIndex]).toBeCloseTo(golden.logit, 3);
        expect(probabilities(logits, 'softmax')[classIndex]).toBeCloseTo(golden.probability, 4);
        expectMap(resultOf(results, 'grad-cam').map, golden.gradCam);

        const logit = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
        expectValues(channelWeights(channels, logit), golden.ablationCamWeights);
        expectMap(mapOfChannels(channels, channelWeights(channels, logit)), golden.ablationCam);
        expect(golden.fastAblationLogitDrop.length).toBe(golden.shape[0]);
        expectMap(mapOfSweep(sweep, logit), golden.fastAblationLogitDrop);
        expectMap(mapOfSweep(sweep, { ...logit, kind: 'probability' }), golden.fastAblationProbabilityDrop);
        if (golden.fastAblationLogitDropWindow2Stride2) expectMap(mapOfSweep(windows, logit), golden.fastAblationLogitDropWindow2Stride2);
        if (golden.fastAblationLogitDropTimes2) expectMap(mapOfSweep(doubled, logit), golden.fastAblationLogitDropTimes2);
      }
    });
  });
});

/** An engine with the network as a person opens it: nothing but its file says how images are prepared. */
async function engineFor(read: ReadModel, name: GoldenName): Promise<LocalEngine> {
  const [height, width] = goldenExpected(name).inputSize;
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => read, download: noDownload });
  await engine.start('wasm');
  await engine.loadModel({ kind: 'files', id: name, files: [], input: { width, height }, output: null }, () => {});
  return engine;
}

const FILES = goldenFiles();

describe.each(FILES)('$name/$file', (file) => {
  it.skipIf(!file.isThere)('gives the best five classes and the maps', async () => {
    const { name } = file;
    const expected = goldenExpected(name);
    const engine = await engineFor(await readGolden(file), name);
    const image = { id: name, pixels: await goldenImage(name) };
    for (const golden of expected.explanations) {
      const request = { image, layer: golden.layer, classIndex: golden.class, score: 'logit' } as const;
      const { logits, results } = await explain(engine, { ...request, methods: ['grad-cam', 'fast-ablation-cam'] });
      const shares = probabilities(logits, 'softmax');
      for (const [index, share] of expected.top5) expect(Math.abs((shares[index] ?? Number.NaN) - share)).toBeLessThan(1e-4);
      expectMap(resultOf(results, 'grad-cam').map, golden.gradCam);
      const score = { classIndex: golden.class, kind: 'logit', versus: null, reading: 'softmax' } as const;
      expectMap(mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, score), golden.fastAblationLogitDrop);
    }
    engine.dispose();
  });
});

/** The same weights under the names that torch and its trainers have had for them. */
const TORCH_NAMES: readonly (readonly [what: string, name: GoldenName, head: readonly string[], rename: (name: string) => string])[] = [
  ['torchvision’s names', 'tiny-imagenet-head', ['classifier'], (name) => name],
  ['the names of DataParallel', 'tiny-imagenet-head', ['classifier'], (name) => `module.${name}`],
  ['the names of a trainer', 'tiny-imagenet-head', ['classifier'], (name) => `model.net.${name}`],
  ['the names of before 2017', 'tiny-imagenet-head', ['classifier'], (name) => name.replace(/(denselayer\d+\.(?:norm|conv))/, '$1.')],
  ['a head of two layers', 'tiny-pollen-head', ['classifier.0', 'classifier.1'], (name) => name],
];

describe('one network', () => {
  const logitsOf = async (read: ReadModel, name: GoldenName): Promise<Float32Array> => {
    const engine = await engineFor(read, name);
    const image = { id: name, pixels: await goldenImage(name) };
    const { logits } = await explain(engine, { image, layer: 'relu', classIndex: 0, score: 'logit', methods: [] });
    engine.dispose();
    return logits;
  };

  const expectSame = (actual: Float32Array, expected: Float32Array) => {
    expect(actual.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(Math.abs(value - (actual[i] ?? Number.NaN))).toBeLessThan(1e-5);
  };

  for (const name of ['tiny-imagenet-head', 'tiny-pollen-head'] as const) {
    const [, ...others] = FILES.filter((file) => file.name === name && file.isThere);
    it.skipIf(others.length === 0)(`${name} gives the same scores from every format`, async () => {
      const logits = await logitsOf(await goldenModel(name), name);
      for (const file of others) expectSame(await logitsOf(await readGolden(file), name), logits);
    });
  }

  it.each(TORCH_NAMES)('gives the same scores from safetensors with %s', async (_what, name, head, rename) => {
    const read = await goldenModel(name);
    const tensors = torchTensors(read.artifacts, head).map((tensor): TorchTensor => ({ ...tensor, name: rename(tensor.name) }));
    const fromTorch = await readModel([{ name: 'weights.safetensors', bytes: safetensorsWith(tensors) }]);
    expectSame(await logitsOf(fromTorch, name), await logitsOf(read, name));
  });

  it.each(['', 'model.'])('gives the same scores from safetensors with strangers beside what is under “%s”', async (prefix) => {
    const read = await goldenModel('tiny-torch');
    const stranger = (name: string, shape: readonly number[]): TorchTensor => ({ name, shape, values: valuesOf(shape) });
    const strangers = [
      stranger('arcface.proj.weight', [7, 5]),
      stranger('logit_scale', []),
      stranger('temperature', [1]),
      stranger(`${prefix}aux.weight`, [5, 4]),
    ];
    const own = torchTensors(read.artifacts, ['classifier']).map((tensor): TorchTensor => ({ ...tensor, name: `${prefix}${tensor.name}` }));
    const opened = await readModel([{ name: 'weights.safetensors', bytes: safetensorsWith([...strangers, ...own]) }]);
    for (const { name } of strangers) expect(opened.remark).toContain(name);
    expectSame(await logitsOf(opened, 'tiny-torch'), await logitsOf(read, 'tiny-torch'));
  });
});
