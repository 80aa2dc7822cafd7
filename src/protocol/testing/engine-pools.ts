/** Pools of engines that a test steers, and what is expected of their sweeps. */
import { expect } from 'vitest';
import { isComplete, itemLogits } from '../../explain/item-sweep.ts';
import { isSweepResult } from '../../explain/work.ts';
import { ask, type Reply } from '../ask.ts';
import type { ExplainEvent, ExplainRequest } from '../explain.ts';
import { EnginePool } from '../pool/engine-pool.ts';
import { ITEMS, logitOf, PoolEngine, sweepRequest } from './pool-engine.ts';

export const SOURCE = { kind: 'folder', id: 'm', url: '' } as const;

/** A started pool with a model, and its engines in the order in which they came. */
export async function poolOf(size: number, prepare: (engine: PoolEngine, index: number) => void = () => {}) {
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
export const afterATask = () => new Promise<void>((resolve) => setTimeout(resolve));

/** What is asked once a number of batches has been reported. */
export function onBatch(count: number, then: () => void): (event: ExplainEvent) => void {
  let batches = 0;
  return ({ kind }) => {
    if (kind === 'items' && ++batches === count) then();
  };
}

export async function swept(pool: EnginePool, onEvent: (event: ExplainEvent) => void = () => {}, asked: ExplainRequest = sweepRequest()) {
  const events: ExplainEvent[] = [];
  const reply = await ask(pool, asked, (event) => {
    events.push(event);
    onEvent(event);
  });
  return { reply, events };
}

export function expectWhole({ result }: Reply): void {
  if (!result || !isSweepResult(result)) throw new Error('there is no sweep');
  expect(isComplete(result.sweep)).toBe(true);
  for (let item = 0; item < ITEMS; item++) expect([...itemLogits(result.sweep, item)]).toEqual([logitOf(item)]);
}
