/**
 * Which way to run copies is quicker on a GPU: less to multiply in more dispatches, or more in fewer. That is the device's to say: some items
 * are run one way, some the other, and the rest the quicker way. Nothing is run twice, as both give the same numbers.
 */
import type { Way } from '../../backend/known-ways.ts';
import type { LayerGraph } from '../../graph/layer-graph.ts';
import type { MethodContext } from '../method.ts';

/** @returns whether it ran them */
type RunWay = (context: MethodContext, items: Uint32Array) => Promise<boolean>;

export type Ways = Readonly<Record<Way, RunWay>>;

/** A network by the shapes of what runs, which is what time depends on. */
function shapesOf({ nodes }: LayerGraph): string {
  const values = nodes.reduce((sum, { shape }) => sum + shape.reduce<number>((product, side) => product * (side ?? 1), 1), 0);
  return `${nodes.length} nodes, ${values} values`;
}

/** So many items are run each way at a time: first to compile what the way needs, then to be timed. */
const TRIAL = 16;

/** Shorter sweeps are over before it matters. */
const LEAST_ITEMS = 8 * TRIAL;

/** A part of the sweep, reported as one. */
function ofPart(context: MethodContext, before: number, total: number): MethodContext {
  return {
    ...context,
    moreItems: undefined,
    emit: (event) => context.emit(event.kind === 'progress' ? { ...event, done: before + event.done, total, remainingMs: null } : event),
  };
}

/** Runs the items the way that the context asks for. @param what is swept, apart from which of its items */
export async function sweepEitherWay(context: MethodContext, items: Uint32Array, what: string, ways: Ways): Promise<void> {
  if (context.exact === 'quicker') return sweepQuicker(context, items, what, ways);
  if (context.exact === 'dense' || !(await ways.incremental(context, items))) await ways.dense(context, items);
}

/** @param what is swept, apart from which of its items */
export async function sweepQuicker(context: MethodContext, items: Uint32Array, what: string, ways: Ways): Promise<void> {
  const key = `${shapesOf(context.graph)}, ${what}`;
  let choice = context.ways.get(key);
  let done = 0;
  const run = async (way: Way, count: number): Promise<number> => {
    const startedAt = performance.now();
    const ran = await ways[way](ofPart(context, done, items.length), items.subarray(done, done + count));
    if (!ran) return Number.POSITIVE_INFINITY;
    done += count;
    return performance.now() - startedAt;
  };
  if (choice === undefined && items.length >= LEAST_ITEMS) {
    const timed = async (way: Way) => ((await run(way, TRIAL)) === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : run(way, TRIAL));
    const incrementalMs = await timed('incremental');
    choice = incrementalMs < (await timed('dense')) ? 'incremental' : 'dense';
    // What could not be run now may be run with more memory.
    if (incrementalMs !== Number.POSITIVE_INFINITY) context.ways.set(key, choice);
  }
  const rest = items.length - done;
  if (rest > 0 && (await run(choice ?? 'dense', rest)) === Number.POSITIVE_INFINITY) await run('dense', rest);
}
