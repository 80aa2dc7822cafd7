/**
 * What runs for a copy of which one cell is changed: the plan's work, found out sooner, as every layer of a network is asked about. From
 * where two layers' copies have come to the same, what follows is the same, and is found out once.
 */
import type { WorkSize } from '../../../explain/layer-info.ts';
import { flagsOf, type LayerGraph, type NodeId, type Tail } from '../../graph/layer-graph.ts';
import { workOf } from '../../graph/work-size.ts';
import type { Values } from '../evaluation.ts';
import { Sides } from '../window.ts';
import type { Entry } from './ledger.ts';
import { dryRunOfCell } from './plan.ts';

/** @param joins the concatenations that were passed, which are not kept themselves */
function keyOf({ nodes }: LayerGraph, values: Values<Entry>, joins: string): string {
  let key = '';
  for (const [id, value] of values) {
    key += `;${id}${nodes[id]?.change === 'joined' ? joins : ''}`;
    for (const part of value) {
      key += `,${part.from}${part.kind}`;
      if ('window' in part) key += `${part.window.rows.number}x${part.window.columns.number}`;
    }
  }
  return key;
}

/** Whether all copies are whole, so that what follows runs as in a whole tail. */
function isWhole(values: Values<Entry>): boolean {
  for (const value of values.values()) if (value.length > 1 || value[0]?.kind !== 'dense') return false;
  return true;
}

/** The last of the tail that takes what is the same in every copy. */
function lastWithSkipInput(graph: LayerGraph, { cuts, steps }: Tail): NodeId {
  const own = flagsOf(graph, [...cuts, ...steps]);
  return steps.findLast((id) => graph.nodes[id]?.inputs.some((input) => !own[input])) ?? -1;
}

/** Of all layers of a network. */
export class CellWork {
  readonly #usual: LayerGraph;
  readonly #sides = new Sides();
  /** What follows from values at hand, by these. */
  readonly #rests = new Map<string, WorkSize>();

  /** @param usual the network's nodes: graphs that are asked about may have others in place of some of them, which only each other take */
  constructor(usual: LayerGraph) {
    this.#usual = usual;
  }

  /** The last node that is another than usual. */
  #lastUnusual({ nodes }: LayerGraph): NodeId {
    return nodes === this.#usual.nodes ? -1 : nodes.findLastIndex((node, id) => node !== this.#usual.nodes[id]);
  }

  at(graph: LayerGraph, tail: Tail): WorkSize {
    const cut = graph.nodes[tail.cuts[0] ?? -1];
    if (!cut || tail.steps.length === 0) return workOf(graph, tail.steps);
    const { ledger, run } = dryRunOfCell(graph, tail, cut, this.#sides);
    const lastUnusual = this.#lastUnusual(graph);
    const lastSkip = tail.skipInputs.length > 0 ? lastWithSkipInput(graph, tail) : -1;
    /** What had run where branches met. */
    const passed: { readonly key: string; readonly before: WorkSize }[] = [];
    let joins = '';
    let rest: WorkSize | undefined;
    for (const [i, id] of tail.steps.entries()) {
      const { done, value } = run.next();
      if (done) break;
      if (id >= lastSkip && isWhole(value)) {
        rest = workOf(graph, tail.steps.slice(i + 1));
        break;
      }
      const { inputs = [], change } = graph.nodes[id] ?? {};
      if (change === 'joined') joins += `+${id}`;
      if (inputs.length < 2 || id < lastUnusual) continue;
      const key = keyOf(graph, value, joins);
      rest = this.#rests.get(key);
      if (rest) break;
      passed.push({ key, before: { macs: ledger.macs, values: ledger.values } });
    }
    if (!rest) run.next();
    const all = { macs: ledger.macs + (rest?.macs ?? 0), values: ledger.values + (rest?.values ?? 0) };
    for (const { key, before } of passed) this.#rests.set(key, { macs: all.macs - before.macs, values: all.values - before.values });
    return all;
  }
}
