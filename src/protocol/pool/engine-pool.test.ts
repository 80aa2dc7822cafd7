import { describe, expect, it } from 'vitest';
import { itemLogits } from '../../explain/item-sweep.ts';
import { isSweepResult } from '../../explain/work.ts';
import { DEFAULT_MEASURE } from '../../metrics/measures.ts';
import { ask } from '../ask.ts';
import type { ExplainEvent } from '../explain.ts';
import { afterATask, expectWhole, onBatch, poolOf, SOURCE, swept } from '../testing/engine-pools.ts';
import { IMAGES, ITEMS, logitOf, sweepRequest } from '../testing/pool-engine.ts';
import { request } from '../testing/scripted-engine.ts';

describe('a pool of engines', () => {
  it('shares a sweep out: every item once, with one beginning, and progress that only grows', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    expect(engines).toHaveLength(1);
    const { reply, events } = await swept(pool);
    expectWhole(reply);
    expect(engines).toHaveLength(2);
    expect(engines.every((engine) => engine.swept.length > ITEMS / 5)).toBe(true);
    expect(engines.flatMap((engine) => engine.swept).sort((a, b) => a - b)).toEqual([...Array(ITEMS).keys()]);
    expect(events.filter(({ kind }) => kind === 'logits')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    const progress = events.flatMap((event) => (event.kind === 'progress' ? event : []));
    expect(progress.every(({ total }) => total === ITEMS)).toBe(true);
    const done = progress.map((event) => event.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(ITEMS);
    expect(progress.at(-1)?.remainingMs).toBe(0);
  });

  it('keeps the order in which items are asked for', async () => {
    const items = Uint32Array.from({ length: ITEMS }, (_, i) => ITEMS - 1 - i);
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    expectWhole((await swept(pool, () => {}, sweepRequest('image', items))).reply);
    for (const engine of engines) expect(engine.swept).toEqual([...engine.swept].sort((a, b) => b - a));
  });

  it('leaves the rest of the cores alone for what costs little', async () => {
    const { pool, engines } = await poolOf(4);
    await ask(pool, sweepRequest('image', Uint32Array.from([3, 1, 2])));
    await ask(pool, request());
    expect(engines).toHaveLength(1);
    expect(engines[0]?.requests).toHaveLength(2);
  });

  it('does not start another engine for what a person does one after the other', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const given = pool.explain(request(`${i}`), () => {}, controller.signal);
      const ended = expect(given).rejects.toThrow();
      controller.abort();
      await Promise.all([ended, ask(pool, request(`${i} again`))]);
    }
    expect(engines).toHaveLength(1);
  });

  it('has the engine that has kept a pass go on from there', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    const images = ['a', 'b'];
    // Until it is known that there is enough to do for two.
    await Promise.all(
      images.map(async (id) => {
        for (let i = 0; i < 400 && engines.length < 2; i++) await ask(pool, request(id));
      }),
    );
    const twice = async (id: string) => {
      await ask(pool, request(id));
      await ask(pool, request(id));
      await ask(pool, request(id));
    };
    await Promise.all(images.map(twice));
    await Promise.all(images.map(twice));
    expect(engines).toHaveLength(2);
    const imagesOf = engines.map(({ requests }) => new Set(requests.slice(-3).map(({ image }) => image.id)));
    expect(imagesOf.map((ids) => ids.size)).toEqual([1, 1]);
  });

  it('asks each engine once, and for more as long as there is some', async () => {
    const { pool, engines } = await poolOf(3, (engine) => {
      engine.turn = afterATask;
    });
    expectWhole((await swept(pool)).reply);
    expect(engines.map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
    // Nobody is left with much while the others have nothing to do.
    const counts = engines.map((engine) => engine.swept.length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(ITEMS / 6);
  });

  it('gives each of several sweeps an engine of its own', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    await swept(pool);
    for (const engine of engines) engine.requests.length = 0;
    const batches: string[] = [];
    const onBatchOf = (id: string) => (event: ExplainEvent) => {
      if (event.kind === 'items') batches.push(id);
    };
    const replies = await Promise.all(['a', 'b'].map((id) => swept(pool, onBatchOf(id), sweepRequest(id))));
    for (const { reply } of replies) expectWhole(reply);
    // The one that came first has both until the other one is there, and whoever is done sooner helps with the rest.
    expect(engines.flatMap(({ requests }) => requests).length).toBeLessThanOrEqual(4);
    expect(batches.indexOf('b')).toBeLessThan(batches.length / 3);
    expect(batches.lastIndexOf('a')).toBeGreaterThan((2 * batches.length) / 3);
  });

  it('leaves an engine to whoever asks for one thing after the other, and has it help with other sweeps after that', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = () => new Promise((resolve) => setTimeout(resolve, 4));
    });
    await swept(pool);
    for (const engine of engines) engine.requests.length = 0;
    const few = (from: number) => Uint32Array.from({ length: 20 }, (_, i) => from + i);
    const long = swept(pool, () => {}, sweepRequest('long'));
    const short = async () => {
      for (const i of [1, 2, 3]) await ask(pool, sweepRequest(`short ${i}`, few(20 * i)));
    };
    await short();
    const asked = engines.map(({ requests }) => requests.map(({ image }) => image.id));
    const among = asked.map((ids) => ids.slice(ids.findIndex((id) => id.startsWith('short'))));
    expect(among).toContainEqual(['short 1', 'short 2', 'short 3']);
    expectWhole((await long).reply);
  });

  it('lets go of a sweep for what is asked for meanwhile, and goes on with it', async () => {
    const { pool, engines } = await poolOf(1, (engine) => {
      engine.turn = afterATask;
    });
    pool.resize(2);
    let batches = 0;
    let between: Promise<unknown> = Promise.resolve();
    let batchesBefore = 0;
    const { reply } = await swept(pool, ({ kind }) => {
      if (kind !== 'items' || ++batches !== 6) return;
      between = ask(pool, request('other')).then(() => {
        batchesBefore = batches;
      });
    });
    await between;
    expectWhole(reply);
    expect(batchesBefore).toBeLessThan(ITEMS / 4 - 6);
    expect(engines.flatMap((engine) => engine.swept)).toHaveLength(ITEMS);
  });

  it('shares a measurement as soon as it is known how much there is to score', async () => {
    let go = () => {};
    const kept = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { pool, engines } = await poolOf(2, (engine, index) => {
      let turns = 0;
      // The first engine is kept at its first image.
      engine.turn = () => (index === 0 && ++turns === 2 ? kept : afterATask());
    });
    const { image, budgetBytes } = request();
    const score = { classIndex: 0, kind: 'probability', versus: null, reading: 'softmax' } as const;
    const maps = [{ id: 'a', map: { rows: 1, columns: 1, values: Float32Array.of(1) } }];
    const done = pool.measure({ image, budgetBytes, score, maps, settings: DEFAULT_MEASURE }, () => {});
    while ((engines[1]?.scored.length ?? 0) < IMAGES - 4) await afterATask();
    expect(engines[0]?.scored).toEqual([]);
    go();
    await done;
    expect(engines.flatMap(({ scored }) => scored)).toHaveLength(IMAGES);
  });

  it('takes drops from the scores of their own run', async () => {
    const { pool, engines } = await poolOf(2, (engine, index) => {
      engine.turn = afterATask;
      engine.baseline = index === 0 ? 4096 : 4096 + 2 ** -5;
    });
    const { reply } = await swept(pool);
    if (!reply.result || !isSweepResult(reply.result)) throw new Error('there is no sweep');
    const { sweep } = reply.result;
    const last = engines[1]?.swept[0] ?? 0;
    expect((itemLogits(sweep, last)[0] ?? 0) - logitOf(last)).toBe(-(2 ** -5));
  });

  it('is cancelled within a batch, and says nothing after that', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    const controller = new AbortController();
    const after: ExplainEvent[] = [];
    const stop = onBatch(10, () => controller.abort(new Error('enough')));
    const run = pool.explain(
      sweepRequest(),
      (event) => {
        if (controller.signal.aborted) after.push(event);
        stop(event);
      },
      controller.signal,
    );
    await expect(run).rejects.toThrow('enough');
    const count = engines.flatMap((engine) => engine.swept).length;
    expect(count).toBeLessThanOrEqual(44);
    await afterATask();
    expect(engines.flatMap((engine) => engine.swept)).toHaveLength(count);
    expect(after).toEqual([]);
    expectWhole((await swept(pool)).reply);
  });

  it('loads a new model when its jobs are done, and into all engines', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    const running = swept(pool);
    const loading = pool.loadModel({ ...SOURCE, id: 'other' }, () => {});
    const later = swept(pool, () => {}, sweepRequest('later'));
    expectWhole((await running).reply);
    expect((await loading).id).toBe('other');
    expectWhole((await later).reply);
    const [first = []] = engines.map(({ log }) => log.filter((entry) => entry !== 'share'));
    expect(first).toEqual(['load m', 'explain image', 'load other', 'explain later']);
    expect(engines.slice(1).map(({ log }) => log[0])).toEqual(['load m', 'load other']);
    expect(engines[1]?.isDisposed).toBe(true);
  });

  it('gives engines that start the model from one that has it', async () => {
    const { pool, engines } = await poolOf(3, (engine) => {
      engine.turn = afterATask;
      engine.shared = { id: 'm', read: null, input: null, output: null };
    });
    expectWhole((await swept(pool)).reply);
    expect(engines[0]?.log.filter((entry) => entry === 'share')).toHaveLength(1);
    expect(engines.slice(1).map(({ log }) => log[0])).toEqual(['load shared m', 'load shared m']);
  });

  it('keeps its engines and the former model when a new one cannot be loaded', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    await swept(pool);
    await expect(pool.loadModel({ ...SOURCE, id: 'broken' }, () => {})).rejects.toMatchObject({ code: 'model-file-broken' });
    expectWhole((await swept(pool)).reply);
    expect(engines).toHaveLength(2);
    expect(engines.map((engine) => engine.isDisposed)).toEqual([false, false]);
  });

  it('is made larger and smaller at any time', async () => {
    const { pool, engines } = await poolOf(1, (engine) => {
      engine.turn = afterATask;
    });
    const grown = await swept(
      pool,
      onBatch(2, () => pool.resize(3)),
    );
    expectWhole(grown.reply);
    // A sweep that has begun on one engine stays there.
    expect(engines).toHaveLength(1);
    expectWhole((await swept(pool)).reply);
    expect(engines).toHaveLength(3);
    const shrunk = await swept(
      pool,
      onBatch(8, () => pool.resize(1)),
    );
    expectWhole(shrunk.reply);
    await afterATask();
    expect(engines.map((engine) => engine.isDisposed)).toEqual([false, true, true]);
  });

  it('has one engine on a GPU', async () => {
    const { pool, engines } = await poolOf(4, (engine) => {
      engine.device = { ...engine.device, backend: 'webgpu' };
    });
    await swept(pool);
    expect(engines).toHaveLength(1);
  });

  it('ends with all that waits', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = () => new Promise(() => {});
    });
    const runs = ['a', 'b', 'c'].map((id) => ask(pool, request(id)));
    await afterATask();
    pool.dispose();
    for (const run of runs) await expect(run).rejects.toMatchObject({ code: 'internal' });
    await expect(ask(pool, request('d'))).rejects.toMatchObject({ code: 'internal' });
    expect(engines.every(({ isDisposed }) => isDisposed)).toBe(true);
  });
});
