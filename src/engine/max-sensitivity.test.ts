/** Max-sensitivity of a network that is also written down here in float64, with the maps that its definition gives. */
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { changedInput } from '../core/images/input-change.ts';
import { relativeChange } from '../core/maps/map-comparison.ts';
import { methodOf } from '../explain/methods/list.ts';
import type { ClassScore } from '../explain/target.ts';
import type { ModelArtifacts } from '../formats/network/artifacts.ts';
import { maxSensitivity, sensitivityChanges } from '../metrics/max-sensitivity.ts';
import { ask } from '../protocol/ask.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, testManifest, unevenImage, workOf } from './testing/test-engine.ts';
import { artifactsOf, withTrainedShifts } from './testing/tiny-models.ts';

const SIZE = { width: 5, height: 4 };
const CELLS = SIZE.width * SIZE.height;
const [FILTERS, UNITS, CLASS] = [4, 3, 1];
const IMAGE = { id: 'uneven', pixels: unevenImage(SIZE.width, SIZE.height) };
const SCORE: ClassScore = { classIndex: CLASS, kind: 'logit', versus: null, reading: 'softmax' };
const SETTINGS = { samples: 6, radiusPercent: 5 };
const [MEAN, STD] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];

async function network(): Promise<ModelArtifacts> {
  const input = tfl.input({ shape: [SIZE.height, SIZE.width, 3] });
  const kernelInitializer = tfl.initializers.glorotNormal({ seed: 5 });
  const first = tfl.layers.conv2d({ name: 'first', filters: FILTERS, kernelSize: 3, padding: 'same', kernelInitializer }).apply(input);
  const pooled = tfl.layers.globalAveragePooling2d({}).apply(tfl.layers.reLU({}).apply(first));
  const scores = tfl.layers.dense({
    units: UNITS,
    activation: 'softmax',
    kernelInitializer: tfl.initializers.glorotNormal({ seed: 6 }),
  });
  return withTrainedShifts(await artifactsOf(tfl.model({ inputs: input, outputs: scores.apply(pooled) as tfl.SymbolicTensor })));
}

/** The convolution’s activation `[cells, filters]` of an input `[cells, 3]`, by its definition. */
function activationOf(values: Float32Array, kernel: Float32Array, bias: Float32Array): number[][] {
  return Array.from({ length: CELLS }, (_, cell) => {
    const [row, column] = [Math.floor(cell / SIZE.width), cell % SIZE.width];
    return Array.from(bias, (shift, filter) => {
      let sum = shift;
      for (let y = 0; y < 3; y++) {
        for (let x = 0; x < 3; x++) {
          const [r, c] = [row + y - 1, column + x - 1];
          if (r < 0 || c < 0 || r >= SIZE.height || c >= SIZE.width) continue;
          for (let channel = 0; channel < 3; channel++)
            sum += (values[(r * SIZE.width + c) * 3 + channel] ?? 0) * (kernel[((y * 3 + x) * 3 + channel) * FILTERS + filter] ?? 0);
        }
      }
      return sum;
    });
  });
}

/** Before the ReLU, over the pooling and the class’s weights, both maps have a formula. */
const MAPS = {
  'grad-cam'(activation: number[][], weights: number[]) {
    const alpha = weights.map((weight, k) => (weight * activation.filter((cell) => (cell[k] ?? 0) > 0).length) / CELLS ** 2);
    return activation.map((cell) => cell.reduce((sum, value, k) => sum + (alpha[k] ?? 0) * value, 0));
  },
  'fast-ablation-cam'(activation: number[][], weights: number[]) {
    return activation.map((cell) => cell.reduce((sum, value, k) => sum + ((weights[k] ?? 0) * Math.max(0, value)) / CELLS, 0));
  },
} as const;

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}

describe.each((await availableBackends()).filter((backend) => backend !== 'webgpu'))('max-sensitivity on %s', (backend) => {
  it.each(Object.keys(MAPS) as (keyof typeof MAPS)[])('of %s is that of the definition', async (id) => {
    const artifacts = await network();
    const values = artifacts.weights.map(({ shape }, i) => {
      const before = artifacts.weights.slice(0, i).reduce((sum, other) => sum + other.shape.reduce((a, b) => a * b, 1), 0);
      return new Float32Array(
        artifacts.data,
        before * 4,
        shape.reduce((a, b) => a * b, 1),
      );
    });
    const [kernel, bias, dense] = values;
    if (!kernel || !bias || !dense) throw new Error('a weight is missing');
    const weights = Array.from({ length: FILTERS }, (_, k) => dense[k * UNITS + CLASS] ?? 0);
    const input = Float32Array.from({ length: CELLS * 3 }, (_, i) => {
      const value = (IMAGE.pixels.data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) / 255;
      return (value - (MEAN?.[i % 3] ?? 0)) / (STD?.[i % 3] ?? 1);
    });
    const changes = sensitivityChanges(SETTINGS);
    const own = MAPS[id](activationOf(input, kernel, bias), weights);
    const expected = changes.map((change) => {
      const changed = MAPS[id](activationOf(changedInput(input, SIZE, change), kernel, bias), weights);
      return norm(changed.map((value, i) => value - (own[i] ?? 0))) / norm(own);
    });
    expect(Math.min(...expected)).toBeGreaterThan(1e-3);

    const engine = await engineWith(backend, artifacts, testManifest(SIZE.height, SIZE.width));
    const work = workOf(id, { image: IMAGE, layer: 'first', classIndex: CLASS, score: 'logit', methods: [] }, CLASS);
    const request = { image: IMAGE, layer: 'first', work, budgetBytes: 64e6 };
    const mapOf = async (change = {}) => {
      const { result } = await ask(engine, { ...request, ...change });
      if (!result) throw new Error(`no map by ${id}`);
      return methodOf(id).mapOf(result, SCORE, null).map;
    };
    const map = await mapOf();
    const found: number[] = [];
    for (const change of changes) found.push(relativeChange(map, await mapOf({ change })));
    engine.dispose();
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    expect(maxSensitivity.score({ changes: found }, null)).toBeCloseTo(Math.max(...expected), 4);
  });
});
