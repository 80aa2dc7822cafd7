/** Engines of a pool that stop, fail, or cannot be had. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { DEFAULT_MEASURE } from '../../metrics/measures.ts';
import { ask } from '../ask.ts';
import type { MeasureEvent } from '../measure.ts';
import { afterATask, expectWhole, onBatch, poolOf, swept } from '../testing/engine-pools.ts';
import { IMAGES, ITEMS, sweepRequest } from '../testing/pool-engine.ts';
import { request } from '../testing/scripted-engine.ts';

describe('a pool with an engine that is of no use', () => {
  it('gives what a stopped engine was at to another one, says so once, and replaces it', async () => {
    const { pool, engines, notices } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    const { reply } = await swept(
      pool,
      onBatch(12, () => engines[1]?.die()),
    );
    expectWhole(reply);
    expect(engines).toHaveLength(3);
    expect(engines[1]?.isDisposed).toBe(true);
    const all = engines.flatMap((engine) => engine.swept);
    expect(new Set(all).size).toBe(ITEMS);
    // A batch that was not reported is run again: no more than that.
    expect(all.length).toBeLessThanOrEqual(ITEMS + 4);
    expect(notices).toEqual([
      'One of the engines that run the network stopped (out of memory); another one takes its place, and nothing is lost.',
    ]);
  });

  it.each([0, 1])('measures every image once more at most when engine %i stops', async (stops) => {
    const { pool, engines, notices } = await poolOf(2, (engine, index) => {
      engine.turn = async () => {
        await afterATask();
        if (index === stops && engine.scored.length === 12) engine.die();
      };
    });
    const events: MeasureEvent[] = [];
    const map = { rows: 1, columns: 1, values: Float32Array.of(1) };
    const score = { classIndex: 0, kind: 'probability', versus: null, reading: 'softmax' } as const;
    const { image, budgetBytes } = request();
    await pool.measure({ image, budgetBytes, score, maps: [{ id: 'a', map }], settings: DEFAULT_MEASURE }, (event) => events.push(event));
    const measured = events.flatMap((event) => (event.kind === 'measured' ? event : []));
    expect(measured.map(({ id, measures }) => [id, measures.deletion])).toEqual([['a', [...Array(IMAGES).keys()]]]);
    expect(events.filter(({ kind }) => kind === 'removal')).toHaveLength(1);
    const done = events.flatMap((event) => (event.kind === 'progress' ? event.done : []));
    expect(done).toEqual([...new Set(done)].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(IMAGES);
    const scored = engines.flatMap((engine) => engine.scored);
    expect(new Set(scored).size).toBe(IMAGES);
    // What the engine that stopped was at.
    expect(scored.length).toBeLessThanOrEqual(IMAGES + 13);
    expect(notices).toHaveLength(1);
  });

  it('has layers planned by the one that takes the place of the engine that stopped over it', async () => {
    const { pool, engines } = await poolOf(1, (engine, index) => {
      if (index > 0) return;
      engine.turn = () => {
        engine.die();
        return new Promise(() => {});
      };
    });
    const planned = await pool.planLayers();
    expect(planned).toBe(engines[1]?.planned);
    expect(engines.map(({ log }) => log.includes('plan'))).toEqual([true, true]);
  });

  it('starts no engine any more once it is disposed of, whatever it was at', async () => {
    const { pool, engines } = await poolOf(1, (engine) => {
      engine.turn = () => new Promise(() => {});
    });
    const planned = pool.planLayers();
    await afterATask();
    pool.dispose();
    await expect(planned).rejects.toMatchObject({ code: 'internal' });
    await expect(pool.identify()).rejects.toMatchObject({ code: 'internal' });
    expect(engines).toHaveLength(1);
  });

  it('goes on when the first engine stops, with a sweep and with all else', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    const { reply } = await swept(
      pool,
      onBatch(12, () => engines[0]?.die()),
    );
    expectWhole(reply);
    const alone = await poolOf(1, (engine, index) => {
      engine.turn = async () => {
        await afterATask();
        if (index === 0) engine.die();
      };
    });
    expect((await ask(alone.pool, request())).logits).toEqual(Float32Array.of(1));
    expect(alone.engines.map(({ log }) => log)).toEqual([
      ['load m', 'explain image'],
      ['load m', 'explain image'],
    ]);
  });

  it('does not give a job that stops engines to every one of them', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = async () => {
        await afterATask();
        if (engine.requests.at(-1)?.image.id === 'poison') engine.die();
      };
    });
    await expect(ask(pool, sweepRequest('poison'))).rejects.toMatchObject({ code: 'internal' });
    await expect(ask(pool, request('poison'))).rejects.toMatchObject({ code: 'internal' });
    expect(engines.length).toBeLessThanOrEqual(5);
  });

  it('becomes smaller where another engine cannot be had, and says so once', async () => {
    const { pool, engines, notices } = await poolOf(3, (engine, index) => {
      engine.turn = afterATask;
      if (index > 0) engine.startError = new AppError('backend-unavailable', 'There is no memory.');
    });
    expectWhole((await swept(pool)).reply);
    expectWhole((await swept(pool)).reply);
    expect(engines.length).toBeLessThanOrEqual(3);
    expect(notices).toEqual(['One of the engines that run the network stopped (There is no memory); the other one goes on alone.']);
  });

  it('passes on the error that one engine alone would give', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.explainError = new AppError('layer-unknown', 'The model has no layer x.');
    });
    await expect(ask(pool, sweepRequest())).rejects.toMatchObject({ code: 'layer-unknown', message: 'The model has no layer x.' });
    expect(engines[0]?.isDisposed).toBe(false);
  });

  it('keeps its engines where each of them refuses what is asked, which is known only once it has begun', async () => {
    const { pool, engines, notices } = await poolOf(2, (engine) => {
      let turns = 0;
      engine.turn = async () => {
        await afterATask();
        if (++turns > 1) throw new AppError('out-of-memory', 'One copy of this layer takes 45 MB, and 4 MB are allowed.');
      };
    });
    await expect(ask(pool, sweepRequest())).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(notices).toEqual([]);
    expect(engines.map(({ isDisposed }) => isDisposed)).toEqual([false, false]);
  });

  it('gives no map where two engines say something else of the same image', async () => {
    const { pool, engines, notices } = await poolOf(2, (engine, index) => {
      engine.turn = afterATask;
      if (index === 1) engine.baseline = 2;
    });
    await expect(ask(pool, sweepRequest())).rejects.toMatchObject({
      message: expect.stringMatching(/^Two engines gave different scores for the same image, .*\.$/),
    });
    expect(engines).toHaveLength(2);
    expect(notices).toEqual([]);
  });
});
