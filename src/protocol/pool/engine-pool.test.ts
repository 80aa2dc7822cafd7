import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { isComplete, itemLogits } from '../../explain/item-sweep.ts';
import { isSweepResult } from '../../explain/work.ts';
import { ask, type Reply } from '../ask.ts';
import type { ExplainEvent, ExplainRequest } from '../explain.ts';
import { ITEMS, logitOf, PoolEngine, sweepRequest } from '../testing/pool-engine.ts';
import { request } from '../testing/scripted-engine.ts';
import { EnginePool } from './engine-pool.ts';

const SOURCE = { kind: 'folder', id: 'm', url: '' } as const;

/** A started pool with a model, and its engines in the order in which they came. */
async function poolOf(size: number, prepare: (engine: PoolEngine, index: number) => void = () => {}) {
  const engines: PoolEngine[] = [];
  const pool = new EnginePool(() => {
    const engine = new PoolEngine();
    prepare(engine, engines.length);
    engines.push(engine);
    return engine;
  }, size);
  const notices: string[] = [];
  pool.onNotice((sentence) => notices.push(sentence));
  await pool.start(null);
  await pool.loadModel(SOURCE, () => {});
  return { pool, engines, notices };
}

/** A turn that takes a task, so that engines take turns. */
const afterATask = () => new Promise<void>((resolve) => setTimeout(resolve));

/** What is asked once a number of batches has been reported. */
function onBatch(count: number, then: () => void): (event: ExplainEvent) => void {
  let batches = 0;
  return ({ kind }) => {
    if (kind === 'items' && ++batches === count) then();
  };
}

async function swept(pool: EnginePool, onEvent: (event: ExplainEvent) => void = () => {}, asked: ExplainRequest = sweepRequest()) {
  const events: ExplainEvent[] = [];
  const reply = await ask(pool, asked, (event) => {
    events.push(event);
    onEvent(event);
  });
  return { reply, events };
}

function expectWhole({ result }: Reply): void {
  if (!result || !isSweepResult(result)) throw new Error('there is no sweep');
  expect(isComplete(result.sweep)).toBe(true);
  for (let item = 0; item < ITEMS; item++) expect([...itemLogits(result.sweep, item)]).toEqual([logitOf(item)]);
}

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

  it('has the engine that has kept a pass go on from there', async () => {
    const { pool, engines } = await poolOf(2, (engine) => {
      engine.turn = afterATask;
    });
    const images = ['a', 'b'];
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

  it('believes no engine that says something else of the same image', async () => {
    const { pool, engines, notices } = await poolOf(2, (engine, index) => {
      engine.turn = afterATask;
      if (index === 1) engine.baseline = 2;
    });
    expectWhole((await swept(pool)).reply);
    expect(engines[1]?.isDisposed).toBe(true);
    expect(notices).toHaveLength(1);
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
    expect(engines[0]?.log.slice(-1)).toEqual(['explain later']);
    expect(engines[0]?.log).toContain('load other');
    expect(engines.slice(1).map(({ log }) => log[0])).toEqual(['load m', 'load other']);
    expect(engines[1]?.isDisposed).toBe(true);
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
