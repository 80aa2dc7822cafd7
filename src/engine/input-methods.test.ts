/** Methods that change the image itself: what they must be by mathematics, on every backend. */
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { fillMask, riseMask } from '../explain/input/rise-masks.ts';
import { itemLogits } from '../explain/item-sweep.ts';
import { methodOf } from '../explain/methods/list.ts';
import { ask } from '../protocol/ask.ts';
import type { BackendName, Engine } from '../protocol/engine.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, resultOf, testManifest, unevenImage } from './testing/test-engine.ts';
import { artifactsOf, denseModel, spikeModel } from './testing/tiny-models.ts';

const SCORE = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
const ROWS = 6;
const COLUMNS = 4;
const image = { id: 'uneven', pixels: unevenImage(COLUMNS, ROWS) };

/** A network whose first layer hands on the image as it is, so that its tail is the whole network. */
async function withFirstLayer() {
  const input = tfl.input({ shape: [ROWS, COLUMNS, 3] });
  const same = tfl.layers.activation({ name: 'same', activation: 'linear' }).apply(input);
  const seed = 4;
  const kernelInitializer = tfl.initializers.glorotNormal({ seed });
  const seen = tfl.layers.conv2d({ filters: 5, kernelSize: 3, activation: 'tanh', kernelInitializer }).apply(same);
  const scores = tfl.layers.dense({ units: 3, activation: 'softmax', kernelInitializer }).apply(tfl.layers.flatten().apply(seen));
  return artifactsOf(tfl.model({ inputs: input, outputs: scores as tfl.SymbolicTensor }));
}

async function logitsOf(engine: Engine, layer: string): Promise<Float32Array> {
  return (await ask(engine, { image, layer, work: null, budgetBytes: 1e8 })).logits;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const off = Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
  expect(Math.max(...off)).toBeLessThan(1e-5);
}

describe.each(await availableBackends())('on %s', (backend: BackendName) => {
  it.each([
    ['mean', 2, 1],
    ['mean', 3, 2],
    // FastAblationCAM's blur has a width of two cells, as that of patches of two pixels.
    ['blur', 2, 2],
  ] as const)('occlusion by %s is FastAblationCAM where the image is the layer: patches of %i, %i apart', async (value, patch, stride) => {
    const engine = await engineWith(backend, await withFirstLayer(), testManifest(ROWS, COLUMNS));
    const ablation = { window: patch, stride, value, occlusion: { patch, stride, value } };
    const methods = ['fast-ablation-cam', 'occlusion'] as const;
    const { results } = await explain(engine, { image, layer: 'same', classIndex: 0, score: 'logit', methods, ablation });
    const [cells, patches] = methods.map((id) => methodOf(id).mapOf(resultOf(results, id), SCORE, null));
    expect(Math.max(...(cells?.raw.values ?? []))).toBeGreaterThan(1e-3);
    expectClose(patches?.raw.values ?? [], cells?.raw.values ?? []);
    expect([patches?.map.rows, patches?.map.columns]).toEqual([ROWS, COLUMNS]);
    expectClose(patches?.map.values ?? [], cells?.map.values ?? []);
    engine.dispose();
  });

  it('the same is found out about the image whichever layer is in view', async () => {
    const engine = await engineWith(backend, await denseModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
    const ofLayer = async (layer: string) => {
      const { results } = await explain(engine, { image, layer, classIndex: 1, score: 'logit', methods: ['occlusion', 'rise'] });
      return [resultOf(results, 'occlusion').sweep, resultOf(results, 'rise').sweep].map(({ logits, cells }) => ({ logits, cells }));
    };
    const [early, late] = [await ofLayer('first'), await ofLayer('out')];
    expect(early.map(({ cells }) => cells)).toEqual([
      { rows: ROWS, columns: COLUMNS },
      { rows: ROWS, columns: COLUMNS },
    ]);
    for (const [i, { logits }] of early.entries()) expectClose(late[i]?.logits ?? [], logits);
    engine.dispose();
  });

  it('RISE runs the image times each mask, the same for a seed, in whatever order and batches', async () => {
    const engine = await engineWith(backend, await spikeModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
    const input = { rows: ROWS, columns: COLUMNS };
    const rise = { count: 9, seed: 5 };
    const work = { method: 'rise', masks: rise, items: null };
    const { result } = await ask(engine, { image, layer: 'spikes', work, budgetBytes: 1e8 });
    const sweep = result && resultOf([result], 'rise').sweep;
    if (!sweep) throw new Error('the engine gave no sweep');
    // The network adds up the green channel of what it is given, which `spikes` hands on.
    const { result: kept } = await ask(engine, { image, layer: 'spikes', work: { method: 'score-cam', items: null }, budgetBytes: 1e8 });
    const green = (kept && resultOf([kept], 'score-cam').sweep.activation) ?? new Float32Array();
    const mask = new Float32Array(ROWS * COLUMNS);
    for (let index = 0; index < rise.count; index++) {
      fillMask(riseMask(rise.seed, index, input), input, input, mask);
      const mean = mask.reduce((sum, share, pixel) => sum + share * (green[pixel] ?? Number.NaN), 0) / mask.length;
      expectClose(itemLogits(sweep, index), [8 * mean, -8 * mean]);
    }
    const some = Uint32Array.of(7, 2);
    const swept: { items: Uint32Array; logits: Float32Array }[] = [];
    await engine.explain({ image, layer: 'spikes', work: { ...work, items: some }, budgetBytes: 2_000 }, (event) => {
      if (event.kind === 'items') swept.push(event.swept);
    });
    expect(swept.flatMap(({ items }) => [...items])).toEqual([7, 2]);
    expectClose(
      swept.flatMap(({ logits }) => [...logits]),
      [...some].flatMap((item) => [...itemLogits(sweep, item)]),
    );
    engine.dispose();
  });

  it('a channel that is the same everywhere hides the whole image from Score-CAM, and is no 0/0', async () => {
    const engine = await engineWith(backend, await spikeModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
    const even = { id: 'even', pixels: { ...image.pixels, data: new Uint8ClampedArray(image.pixels.data.length).fill(255) } };
    const question = { image: even, layer: 'spikes', classIndex: 0, score: 'logit', methods: ['score-cam'] } as const;
    const { results } = await explain(engine, question);
    const result = resultOf(results, 'score-cam');
    expectClose(itemLogits(result.sweep, 0), [0, 0]);
    const { raw } = methodOf('score-cam').mapOf(result, SCORE, null);
    // Its weight is 1: the map is the channel.
    expectClose(raw.values, result.sweep.activation);
    expect((await logitsOf(engine, 'spikes'))[0]).not.toBe(0);
    engine.dispose();
  });
});
