/** Runs a tail for copies that differ from the kept pass in a window, or in some channels, and works out no more than what that changes. */
import type { GraphNode, LayerGraph, NodeId } from '../graph/layer-graph.ts';
import type { Arithmetic } from './arithmetic.ts';
import { type Part, tensorsOf, type Value } from './part.ts';
import { channelsOf, PartWork } from './part-work.ts';
import { passNode } from './rules.ts';
import { type OwnParts, overlaid } from './sites.ts';
import type { Thresholds } from './window.ts';

/** Values by the node that they are of. */
export type Values<T> = ReadonlyMap<NodeId, Value<T>>;

/** Tensors that nobody takes any more are freed at once. */
class LiveValues<T> {
  readonly #values = new Map<NodeId, Value<T>>();
  readonly #consumers: Uint32Array;
  readonly #arithmetic: Arithmetic<T>;

  constructor({ nodes }: LayerGraph, steps: readonly NodeId[], arithmetic: Arithmetic<T>) {
    this.#arithmetic = arithmetic;
    const consumers = new Uint32Array(nodes.length);
    for (const id of steps) for (const input of nodes[id]?.inputs ?? []) consumers[input] = (consumers[input] ?? 0) + 1;
    this.#consumers = consumers;
  }

  consumersOf(id: NodeId): number {
    return this.#consumers[id] ?? 0;
  }

  /** What the tail does not compute is as in the kept pass. */
  get(node: GraphNode): Value<T> {
    return this.#values.get(node.id) ?? [{ kind: 'unchanged', ...channelsOf(node) }];
  }

  put(id: NodeId, value: Value<T>): void {
    this.#values.set(id, value);
  }

  /** What is at hand, in the order in which it was made. */
  get values(): Values<T> {
    return this.#values;
  }

  /** Counts one consumer off. */
  release(id: NodeId): void {
    const left = this.consumersOf(id) - 1;
    this.#consumers[id] = left;
    const value = left > 0 ? undefined : this.#values.get(id);
    if (!value) return;
    for (const part of value) this.#arithmetic.free(tensorsOf(part));
    this.#values.delete(id);
  }
}

/** What several take is worth having its values. */
function withValues<T>(work: PartWork<T>, node: GraphNode, value: Value<T>): Value<T> {
  return value.map((part): Part<T> => {
    if (part.kind !== 'difference') return part;
    const whole = work.absolute(part, node.id);
    work.forget(part, whole);
    return whole;
  });
}

/**
 * Runs the steps one by one, and pauses after each, so that whoever runs it may wait, or stop.
 *
 * @param own what copies have of their own, at the cuts and at steps; it is freed
 * @yields the values at hand, which all that follows is worked out from
 * @returns the last step's activation, `[batch, ...]`
 */
export function* evaluate<T>(
  graph: LayerGraph,
  steps: readonly NodeId[],
  own: OwnParts<T>,
  arithmetic: Arithmetic<T>,
  thresholds: Thresholds,
): Generator<Values<T>, T, void> {
  const work = new PartWork(graph, steps, arithmetic, thresholds);
  const live = new LiveValues(graph, steps, arithmetic);
  const last = steps.at(-1);
  if (last === undefined) throw new Error('nothing follows the layer');
  const put = (node: GraphNode, given: Value<T>) => {
    const parts = own.get(node.id);
    const value = parts ? overlaid(work, node, given, parts()) : given;
    live.put(node.id, live.consumersOf(node.id) > 1 ? withValues(work, node, value) : value);
  };
  for (const id of own.keys()) if (!work.isAnew(id)) put(work.node(id), live.get(work.node(id)));
  for (const id of steps) {
    const node = work.node(id);
    // Left out of the graph: nobody takes it.
    if (node.inputs.length === 0) {
      yield live.values;
      continue;
    }
    const inputs = node.inputs.map((input) => live.get(work.node(input)));
    put(node, passNode(work, node, inputs));
    for (const input of node.inputs) live.release(input);
    yield live.values;
  }
  const value = live.get(work.node(last));
  const result = work.dense(value, last);
  arithmetic.free(value.flatMap(tensorsOf));
  return result;
}
