/** Layers that are asked about one after the other start from the same passes, and give what each gives by itself. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Result, Work } from '../../explain/work.ts';
import { ask } from '../../protocol/ask.ts';
import type { LocalEngine } from '../local-engine.ts';
import { availableBackends } from '../node/node-device.ts';
import { engineWith, testManifest, unevenImage, type WorkKind, workOf } from '../testing/test-engine.ts';
import { denseModel, withTrainedShifts } from '../testing/tiny-models.ts';

const SIDE = 6;
/** One before the other: what `inner` takes from elsewhere is kept for it as well. */
const LAYERS = ['first', 'inner', 'joined', 'bn'];
const METHODS: readonly WorkKind[] = [
  'grad-cam',
  'hires-cam',
  'eigen-cam',
  'fast-ablation-cam',
  'recipro-cam',
  'ablation-cam',
  'first-order',
];
const PLENTY = 64e6;

function worksFor(value: 0 | 'after-relu' = 0): readonly Work[] {
  const image = { id: 'a', pixels: unevenImage(SIDE, SIDE) };
  const question = { image, layer: '', classIndex: 1, score: 'logit', methods: [], ablation: { window: 1, stride: 1, value } } as const;
  return METHODS.map((method) => workOf(method, question, 1));
}

async function started(backend: 'cpu' | 'wasm' | 'webgpu'): Promise<LocalEngine> {
  return engineWith(backend, withTrainedShifts(await denseModel(SIDE, SIDE)), testManifest(SIDE, SIDE));
}

async function explained(
  engine: LocalEngine,
  id: string,
  layer: string,
  work: Work,
  nextLayers: readonly string[] = [],
  budgetBytes = PLENTY,
) {
  const image = { id, pixels: unevenImage(SIDE, SIDE) };
  const { result } = await ask(engine, { image, layer, nextLayers, work, budgetBytes });
  if (!result) throw new Error('nothing was found');
  return result;
}

function numbersOf(result: Result): Float32Array {
  return 'map' in result ? result.map.values : result.sweep.logits;
}

/** Convolutions of the image, one for each forward pass, and those that a gradient goes back through. */
function counting() {
  const engine = tf.engine();
  const run = vi.spyOn(engine, 'runKernel');
  return () => {
    const calls = run.mock.calls.map(([name, inputs]) => ({ name, x: (inputs as { x?: tf.Tensor }).x }));
    run.mockClear();
    return {
      forward: calls.filter(({ name, x }) => /conv/i.test(name) && x?.shape.join() === `1,${SIDE},${SIDE},3`).length,
      backward: calls.filter(({ name }) => name === tf.Conv2DBackpropInput).length,
    };
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(await availableBackends())('on %s', (backend) => {
  it('maps are those of each layer by itself, and nothing is left behind', async () => {
    const engine = await started(backend);
    const before = tf.memory().numTensors;
    // There every kind of pass once is enough.
    const isQuick = backend !== 'webgpu';
    const works = worksFor(isQuick ? 0 : 'after-relu').filter(({ method }) => isQuick || /first-order|fast-ablation/.test(method));
    for (const layer of isQuick ? LAYERS : LAYERS.slice(0, 2)) {
      const rest = LAYERS.filter((other) => other !== layer);
      for (const work of works) {
        const together = numbersOf(await explained(engine, 'together', layer, work, rest));
        const alone = numbersOf(await explained(engine, `alone ${layer} ${work.method}`, layer, work));
        const range = Math.max(...alone) - Math.min(...alone);
        for (const [i, value] of alone.entries()) expect(Math.abs(value - (together[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-5 * range);
      }
    }
    engine.dispose();
    expect(tf.memory().numTensors).toBeLessThan(before);
  });
});

describe.each(['cpu', 'wasm'] as const)('passes on %s', (backend) => {
  it('are run once for all layers: one forward, and one backward from the earliest', async () => {
    const engine = await started(backend);
    const counted = counting();
    const gradient = worksFor().find(({ method }) => method === 'grad-cam') as Work;
    const sweep = worksFor().find(({ method }) => method === 'fast-ablation-cam') as Work;
    const alone = [];
    for (const layer of LAYERS) {
      for (const work of [gradient, sweep]) await explained(engine, 'one by one', layer, work);
      alone.push(counted());
    }
    expect(alone.map(({ forward }) => forward)).toEqual([1, 1, 1, 1]);
    expect(alone[0]?.backward).toBeGreaterThan(0);
    const together = [];
    for (const layer of LAYERS) {
      for (const work of [gradient, sweep]) await explained(engine, 'together', layer, work, LAYERS);
      together.push(counted());
    }
    expect(together).toEqual([{ forward: 1, backward: alone[0]?.backward }, ...[1, 2, 3].map(() => ({ forward: 0, backward: 0 }))]);
    // Another score has another gradient, from the same forward pass.
    await explained(engine, 'together', 'first', {
      ...gradient,
      score: { ...('score' in gradient && gradient.score), classIndex: 0 },
    } as Work);
    expect(counted()).toEqual({ forward: 0, backward: alone[0]?.backward });
    engine.dispose();
  });

  it('are run again for layers that there was no room for, or that are unknown', async () => {
    const engine = await started(backend);
    const counted = counting();
    const [work] = worksFor();
    if (!work) throw new Error('no method');
    // Of 36 cells with two channels, and the four beside them that its tail takes.
    const room = 4 * SIDE * SIDE * (2 + 4) * 4;
    for (const layer of ['bn', 'inner', 'joined']) {
      await explained(engine, 'a', layer, work, ['nowhere', 'predictions', ...LAYERS.slice(1)], room);
      counted();
    }
    for (const [layer, forward] of [
      ['joined', 0],
      ['bn', 1],
      ['inner', 0],
      ['joined', 1],
    ] as const) {
      await explained(engine, 'a', layer, work, LAYERS.slice(1), room);
      expect([layer, counted().forward]).toEqual([layer, forward]);
    }
    engine.dispose();
  });
});
