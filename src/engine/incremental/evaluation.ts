/** Runs a tail from copies that differ from the kept pass in a window, or in some channels, and works out no more than what that changes. */
import type { GraphNode, LayerGraph, NodeId } from '../graph/layer-graph.ts';
import type { Arithmetic } from './arithmetic.ts';
import { type Part, tensorsOf, type Value } from './part.ts';
import { channelsOf, PartWork } from './part-work.ts';
import { passNode } from './rules.ts';
import type { Thresholds } from './window.ts';

/** Values by the node that they are of. */
export type Values<T> = ReadonlyMap<NodeId, Value<T>>;

/** Tensors that nobody takes any more are freed at once. */
class LiveValues<T> {
  readonly #values: Map<NodeId, Value<T>>;
  readonly #consumers = new Map<NodeId, number>();
  readonly #arithmetic: Arithmetic<T>;

  constructor(steps: readonly GraphNode[], start: Values<T>, arithmetic: Arithmetic<T>) {
    this.#values = new Map(start);
    this.#arithmetic = arithmetic;
    for (const { inputs } of steps) for (const input of inputs) this.#consumers.set(input, this.consumersOf(input) + 1);
  }

  consumersOf(id: NodeId): number {
    return this.#consumers.get(id) ?? 0;
  }

  /** What the tail does not compute is as in the kept pass. */
  get(node: GraphNode): Value<T> {
    return this.#values.get(node.id) ?? [{ kind: 'unchanged', ...channelsOf(node) }];
  }

  put(id: NodeId, value: Value<T>): void {
    this.#values.set(id, value);
  }

  /** Whether nothing is left of what the kept pass gives, so that all that follows is worked out whole. */
  isDense(): boolean {
    return [...this.#values.values()].every((value) => value.every(({ kind }) => kind === 'dense'));
  }

  /** Counts one consumer off. */
  release(id: NodeId): void {
    const left = this.consumersOf(id) - 1;
    this.#consumers.set(id, left);
    if (left > 0) return;
    this.#arithmetic.free((this.#values.get(id) ?? []).flatMap(tensorsOf));
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
 * @param start the values of the cuts; they are freed
 * @yields whether all that follows is worked out whole
 * @returns the last step's activation, `[batch, ...]`
 */
export function* evaluate<T>(
  graph: LayerGraph,
  steps: readonly GraphNode[],
  start: Values<T>,
  arithmetic: Arithmetic<T>,
  thresholds: Thresholds,
): Generator<() => boolean, T, void> {
  const work = new PartWork(graph, steps, arithmetic, thresholds);
  const live = new LiveValues(steps, start, arithmetic);
  const last = steps.at(-1);
  if (!last) throw new Error('nothing follows the layer');
  for (const node of steps) {
    const inputs = node.inputs.map((id) => live.get(work.node(id)));
    const value = passNode(work, node, inputs);
    live.put(node.id, live.consumersOf(node.id) > 1 ? withValues(work, node, value) : value);
    for (const id of node.inputs) live.release(id);
    yield () => live.isDense();
  }
  const value = live.get(last);
  const result = work.dense(value, last.id);
  arithmetic.free(value.flatMap(tensorsOf));
  return result;
}
