/**
 * What runs for a copy of which one cell is changed: the plan's work, found out sooner, as every layer of a network is asked about when it is
 * opened. From where two layers' copies have come to the same, what follows is the same, and is found out once.
 */
import type { WorkSize } from '../../../explain/layer-info.ts';
import type { LayerGraph, Tail } from '../../graph/layer-graph.ts';
import { workOf } from '../../graph/work-size.ts';
import type { Values } from '../evaluation.ts';
import type { Side } from '../window.ts';
import type { Entry } from './ledger.ts';
import { dryRunOfCell } from './plan.ts';

/** A number for every side that is not the same as another. */
class SideNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<Side, number>();

  of(side: Side): number {
    const known = this.#known.get(side);
    if (known !== undefined) return known;
    const key = `${side.size}:${side.starts.join()}`;
    const number = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, number);
    this.#known.set(side, number);
    return number;
  }
}

/** What is known of a graph: what follows from values at hand, by these. */
interface Known {
  readonly sides: SideNumbers;
  readonly rests: Map<string, WorkSize>;
}

const known = new WeakMap<LayerGraph, Known>();

/** @param joins the concatenations that were passed, which are not kept themselves */
function keyOf({ nodes }: LayerGraph, sides: SideNumbers, values: Values<Entry>, joins: string): string {
  let key = '';
  for (const [id, value] of values) {
    key += `;${id}${nodes[id]?.change === 'joined' ? joins : ''}`;
    for (const part of value) {
      key += `,${part.from}${part.kind}`;
      if ('window' in part) key += `${sides.of(part.window.rows)}x${sides.of(part.window.columns)}`;
    }
  }
  return key;
}

function isDense(values: Values<Entry>): boolean {
  for (const value of values.values()) for (const { kind } of value) if (kind !== 'dense') return false;
  return true;
}

export function workOfCell(graph: LayerGraph, tail: Tail): WorkSize {
  const cut = graph.nodes[tail.cuts[0] ?? -1];
  if (!cut || tail.steps.length === 0) return workOf(graph, tail.steps);
  const { sides, rests } = known.get(graph) ?? { sides: new SideNumbers(), rests: new Map<string, WorkSize>() };
  known.set(graph, { sides, rests });
  const { ledger, run } = dryRunOfCell(graph, tail, cut);
  /** What had run where branches met. */
  const passed: { readonly key: string; readonly before: WorkSize }[] = [];
  let joins = '';
  let rest: WorkSize | undefined;
  for (const [i, id] of tail.steps.entries()) {
    const { done, value } = run.next();
    if (done) break;
    if (isDense(value)) {
      rest = workOf(graph, tail.steps.slice(i + 1));
      break;
    }
    const { inputs = [], change } = graph.nodes[id] ?? {};
    if (change === 'joined') joins += `+${id}`;
    if (inputs.length < 2) continue;
    const key = keyOf(graph, sides, value, joins);
    rest = rests.get(key);
    if (rest) break;
    passed.push({ key, before: { macs: ledger.macs, values: ledger.values } });
  }
  if (!rest) run.next();
  const all = { macs: ledger.macs + (rest?.macs ?? 0), values: ledger.values + (rest?.values ?? 0) };
  for (const { key, before } of passed) rests.set(key, { macs: all.macs - before.macs, values: all.values - before.values });
  return all;
}
