/** Every item is run once, whichever way is quicker, and what is found out is kept. */
import { describe, expect, it } from 'vitest';
import type { ExplainEvent } from '../../../protocol/explain.ts';
import { waysInMemory } from '../../backend/known-ways.ts';
import type { MethodContext } from '../method.ts';
import { sweepQuicker, type Ways } from './quicker-way.ts';

const ITEMS = Uint32Array.from({ length: 200 }, (_, i) => i);

function setUp(delaysMs: Readonly<Record<keyof Ways, number>>, isIncremental = true) {
  const events: ExplainEvent[] = [];
  const ran: { readonly way: keyof Ways; readonly items: readonly number[] }[] = [];
  const context = {
    graph: { nodes: [], input: 0, output: 0 },
    ways: waysInMemory(),
    emit: (event: ExplainEvent) => events.push(event),
  } as unknown as MethodContext;
  const way = (name: keyof Ways) => async (own: MethodContext, items: Uint32Array) => {
    if (name === 'incremental' && !isIncremental) return false;
    ran.push({ way: name, items: [...items] });
    await new Promise((resolve) => setTimeout(resolve, delaysMs[name]));
    own.emit({ kind: 'progress', done: items.length, total: items.length, remainingMs: 0 });
    return true;
  };
  return { context, events, ran, ways: { incremental: way('incremental'), dense: way('dense') } };
}

describe('the quicker way', () => {
  it.each([
    ['incremental', { incremental: 1, dense: 60 }],
    ['dense', { incremental: 60, dense: 1 }],
  ] as const)('is %s where that takes less time, and is known the next time', async (quicker, delays) => {
    const { context, events, ran, ways } = setUp(delays);
    await sweepQuicker(context, ITEMS, 'a layer', ways);
    expect(ran.flatMap(({ items }) => items)).toEqual([...ITEMS]);
    expect(ran.at(-1)?.way).toBe(quicker);
    expect(events.map((event) => event.kind === 'progress' && [event.done, event.total]).at(-1)).toEqual([200, 200]);
    const before = ran.length;
    await sweepQuicker(context, ITEMS, 'a layer', ways);
    expect(ran.slice(before)).toEqual([{ way: quicker, items: [...ITEMS] }]);
  });

  it('is the whole tail for few items, and where nothing would be saved', async () => {
    const few = setUp({ incremental: 0, dense: 0 });
    await sweepQuicker(few.context, ITEMS.slice(0, 20), 'a layer', few.ways);
    expect(few.ran.map(({ way }) => way)).toEqual(['dense']);
    const none = setUp({ incremental: 0, dense: 0 }, false);
    await sweepQuicker(none.context, ITEMS, 'a layer', none.ways);
    expect(none.ran.flatMap(({ items }) => items)).toEqual([...ITEMS]);
    expect(none.ran.every(({ way }) => way === 'dense')).toBe(true);
  });
});
