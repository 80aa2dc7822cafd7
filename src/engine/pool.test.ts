/** Several engines give what one gives, on every backend where several are of use. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { randomMap } from '../core/statistics/random.ts';
import { type ItemSweep, isComplete } from '../explain/item-sweep.ts';
import { isSweepResult, type Result } from '../explain/work.ts';
import { DEFAULT_MEASURE } from '../metrics/measures.ts';
import type { Engine } from '../protocol/engine.ts';
import type { MeasureEvent } from '../protocol/measure.ts';
import { EnginePool } from '../protocol/pool/engine-pool.ts';
import { LocalEngine } from './local-engine.ts';
import { nodeDeviceEnvironment } from './node/node-device.ts';
import { asRead, engineWith, explain, noDownload, type Question, type SweepOf, testManifest, unevenImage } from './testing/test-engine.ts';
import { denseModel } from './testing/tiny-models.ts';

const [ROWS, COLUMNS, CHANNELS] = [10, 8, 64];
const SWEEPS: readonly (keyof SweepOf)[] = ['fast-ablation-cam', 'recipro-cam', 'ablation-cam', 'score-cam', 'occlusion', 'rise'];

function question(change: Partial<Question> = {}): Question {
  const ablation = { window: 1, stride: 1, value: 0, rise: { count: 64, seed: 3 } } as const;
  return {
    image: { id: 'uneven', pixels: unevenImage(COLUMNS, ROWS) },
    layer: 'first',
    classIndex: 0,
    score: 'logit',
    ablation,
    methods: SWEEPS,
    ...change,
  };
}

function sweepOf(result: Result | undefined): ItemSweep {
  if (!result || !isSweepResult(result)) throw new Error('there is no sweep');
  return result.sweep;
}

function byId(a: MeasureEvent, b: MeasureEvent): number {
  return 'id' in a && 'id' in b ? a.id.localeCompare(b.id) : 0;
}

describe.each(['cpu', 'wasm'] as const)('a pool on %s', async (backend) => {
  const read = asRead(await denseModel(ROWS, COLUMNS, CHANNELS), testManifest(ROWS, COLUMNS));
  const device = await nodeDeviceEnvironment();
  const asked: string[][] = [];
  let reads = 0;
  const openModel = async () => {
    reads++;
    return read;
  };
  const pool = new EnginePool(() => {
    const engine = new LocalEngine({ device, openModel, download: noDownload });
    const own: string[] = [];
    asked.push(own);
    const explainIt = engine.explain.bind(engine);
    engine.explain = (request, onEvent, signal) => {
      own.push(request.work?.method ?? '');
      return explainIt(request, onEvent, signal);
    };
    return engine;
  }, 3);
  const alone = await engineWith(backend, read.artifacts, read.manifest);
  await pool.start(backend);
  await pool.loadModel({ kind: 'folder', id: 'test', url: '' }, () => {});
  afterAll(() => {
    pool.dispose();
    alone.dispose();
  });

  it.each([0, 'mean', 'after-relu'] as const)('gives the same sweeps, with values made %s', async (value) => {
    const { ablation } = question();
    const about = question({ ablation: { window: 1, stride: 1, ...ablation, value } });
    const one = await explain(alone, about);
    const several = await explain(pool, about);
    expect(several.logits).toEqual(one.logits);
    for (const [i, result] of one.results.entries()) {
      const [own, shared] = [sweepOf(result), sweepOf(several.results[i])];
      expect(isComplete(shared)).toBe(true);
      expect(shared.logits.length).toBe(own.logits.length);
      const furthest = own.logits.reduce((most, logit, k) => Math.max(most, Math.abs(logit - (shared.logits[k] ?? Number.NaN))), 0);
      expect(furthest).toBeLessThan(1e-6);
    }
  });

  it('has every engine run a part of them', () => {
    expect(asked).toHaveLength(3);
    expect(reads).toBe(1);
    for (const own of asked) expect(new Set(own)).toEqual(new Set([...SWEEPS, ...(own === asked[0] ? [''] : [])]));
  });

  it('measures the same', async () => {
    const { image, budgetBytes = 1e6 } = question({ budgetBytes: 1e6 });
    const map = (seed: number) => randomMap({ rows: 5, columns: 4 }, seed);
    const constant = { rows: 1, columns: 1, values: Float32Array.of(1) };
    const measured = async (engine: Engine) => {
      const events: MeasureEvent[] = [];
      const maps = [
        { id: 'a', map: map(1) },
        { id: 'none', map: constant },
        { id: 'b', map: map(2) },
      ];
      const score = { classIndex: 0, kind: 'probability', versus: null, reading: 'softmax' } as const;
      await engine.measure({ image, score, maps, settings: DEFAULT_MEASURE, budgetBytes }, (event) => events.push(event));
      return events;
    };
    const [one, several] = [await measured(alone), await measured(pool)];
    const of = (events: readonly MeasureEvent[], kind: MeasureEvent['kind']) => events.filter((event) => event.kind === kind);
    expect(of(several, 'removal')).toEqual(of(one, 'removal'));
    expect(of(several, 'measured').toSorted(byId)).toEqual(of(one, 'measured').toSorted(byId));
    const progress = several.flatMap((event) => (event.kind === 'progress' ? event : []));
    expect(progress.map(({ done }) => done)).toEqual(progress.map((_, i) => i + 1));
    expect(progress.at(-1)).toMatchObject({ done: progress[0]?.total, remainingMs: 0 });
  });

  it('leaves no tensor behind, whether they end or are cancelled', async () => {
    await explain(pool, question());
    const before = tf.memory().numTensors;
    await explain(pool, question());
    const controller = new AbortController();
    let events = 0;
    const run = pool.explain(
      {
        ...question(),
        work: { method: 'fast-ablation-cam', ablation: { window: 1, stride: 1, value: 0 }, items: null },
        budgetBytes: 200_000,
      },
      () => {
        if (++events === 9) controller.abort();
      },
      controller.signal,
    );
    await expect(run).rejects.toThrow('abort');
    await explain(pool, question());
    expect(tf.memory().numTensors).toBe(before);
  });
});
