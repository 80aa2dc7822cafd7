import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { Engine } from '../protocol/engine.ts';
import { type Job, Jobs, type Rank } from './jobs.ts';
import { FakeEngine } from './testing/fake-engine.ts';
import { settled } from './testing/fake-jobs.ts';

/** A job that the test lets go on. */
class ScriptedJob implements Job {
  readonly key: string;
  readonly rank: Rank;
  runs = 0;
  isActive = false;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(key: string, rank: Rank) {
    this.key = key;
    this.rank = rank;
  }

  run(_engine: Engine, signal: AbortSignal): Promise<void> {
    this.runs++;
    this.isActive = true;
    return new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
      signal.addEventListener('abort', () => reject(signal.reason));
    }).finally(() => {
      this.isActive = false;
    });
  }

  async finish(): Promise<void> {
    this.#finish();
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    this.#fail(error);
    await settled();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

function opened() {
  const said: string[] = [];
  const jobs = new Jobs((message) => said.push(message));
  jobs.setEngine(new FakeEngine());
  return { jobs, said };
}

describe('the queue of jobs', () => {
  it('runs one at a time, the highest rank first, and equals in the order asked', async () => {
    const { jobs } = opened();
    const [set, measure, sanity, view] = [
      new ScriptedJob('set', 'background'),
      new ScriptedJob('measure', 'asked'),
      new ScriptedJob('sanity', 'asked'),
      new ScriptedJob('view', 'in-view'),
    ];
    const all = [set, measure, sanity, view];
    const outcomes = all.map((job) => jobs.submit(job.key, job));
    await settled();
    const order: string[] = [];
    for (let i = 0; i < all.length; i++) {
      const active = all.filter(({ isActive }) => isActive);
      expect(active).toHaveLength(1);
      order.push(active[0]?.key ?? '');
      await active[0]?.finish();
    }
    expect(order).toEqual(['view', 'measure', 'sanity', 'set']);
    expect(await Promise.all(outcomes)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('lets what was asked for take the engine from what was in view already, and gives it back', async () => {
    const { jobs } = opened();
    const view = new ScriptedJob('view', 'in-view');
    void jobs.submit('view', view);
    await settled();
    const measure = new ScriptedJob('measure', 'asked');
    void jobs.submit('measure', measure);
    await settled();
    expect([view.isActive, measure.isActive]).toEqual([false, true]);
    // Another view is what the person did last.
    const next = new ScriptedJob('next view', 'in-view');
    void jobs.submit('view', next);
    await settled();
    expect([next.isActive, measure.isActive]).toEqual([true, false]);
    await next.finish();
    expect(measure.isActive).toBe(true);
  });

  it('pauses a lower rank, and runs it again afterwards', async () => {
    const { jobs } = opened();
    const set = new ScriptedJob('set', 'background');
    const outcome = jobs.submit('set', set);
    await settled();
    const view = new ScriptedJob('view', 'in-view');
    void jobs.submit('view', view);
    await settled();
    expect([set.isActive, view.isActive]).toEqual([false, true]);
    await view.finish();
    expect([set.isActive, set.runs]).toEqual([true, 2]);
    await set.finish();
    expect(await outcome).toBe('done');
  });

  it('never runs a job twice at once, even where it takes its time to stop', async () => {
    const { jobs } = opened();
    let active = 0;
    let most = 0;
    let release = () => {};
    const slow: Job = {
      key: 'slow',
      rank: 'background',
      async run() {
        most = Math.max(most, ++active);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        active--;
      },
    };
    void jobs.submit('slow', slow);
    await settled();
    const view = new ScriptedJob('view', 'in-view');
    void jobs.submit('view', view);
    await settled();
    await view.finish();
    expect(active).toBe(1);
    release();
    await settled();
    expect([active, most]).toEqual([1, 1]);
  });

  it('keeps a job with the same key, and replaces one with another', async () => {
    const { jobs } = opened();
    const first = new ScriptedJob('a', 'in-view');
    const same = new ScriptedJob('a', 'in-view');
    const other = new ScriptedJob('b', 'in-view');
    const outcome = jobs.submit('view', first);
    expect(jobs.submit('view', same)).toBe(outcome);
    await settled();
    void jobs.submit('view', other);
    await settled();
    expect([first.isActive, same.runs, other.isActive]).toEqual([false, 0, true]);
    expect(await outcome).toBe('cancelled');
  });

  it('takes jobs without a key for different ones', async () => {
    const { jobs } = opened();
    const former = jobs.submit('measure', { rank: 'asked', run: (_engine, signal) => untilAborted(signal) });
    await settled();
    const newer = jobs.submit('measure', { rank: 'asked', run: async () => {} });
    expect([await former, await newer]).toEqual(['cancelled', 'done']);
  });

  it('cancels at once, and lets the next one run', async () => {
    const { jobs } = opened();
    const [measure, set] = [new ScriptedJob('measure', 'asked'), new ScriptedJob('set', 'background')];
    const outcome = jobs.submit('measure', measure);
    void jobs.submit('set', set);
    await settled();
    expect(jobs.cancel('measure')).toBe(true);
    expect(jobs.cancel('measure')).toBe(false);
    await settled();
    expect([measure.isActive, set.isActive]).toEqual([false, true]);
    expect(await outcome).toBe('cancelled');
  });

  it('says once what went wrong, and goes on with the next', async () => {
    const { jobs, said } = opened();
    const [measure, set] = [new ScriptedJob('measure', 'asked'), new ScriptedJob('set', 'background')];
    const outcome = jobs.submit('measure', measure);
    void jobs.submit('set', set);
    await settled();
    await measure.fail(new AppError('out-of-memory', 'There was too little memory.'));
    expect(await outcome).toBe('failed');
    expect(said).toEqual(['There was too little memory.']);
    expect(set.isActive).toBe(true);
  });

  it('waits while there is no engine, and resumes what a lost one was at work on', async () => {
    const { jobs, said } = opened();
    const job = new ScriptedJob('view', 'in-view');
    const outcome = jobs.submit('view', job);
    await settled();
    await job.fail(new AppError('device-lost', 'The graphics processor was lost.'));
    expect([job.isActive, said]).toEqual([false, []]);
    jobs.setEngine(new FakeEngine());
    await settled();
    expect([job.isActive, job.runs]).toEqual([true, 2]);
    jobs.setEngine(null);
    await settled();
    expect(job.isActive).toBe(false);
    jobs.setEngine(new FakeEngine());
    await settled();
    await job.finish();
    expect(await outcome).toBe('done');
  });
});
