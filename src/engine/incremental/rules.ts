/** How parts pass each kind of layer. */
import type { ChangeRule } from '../../formats/layers/kinds/layer-kind.ts';
import type { GraphNode } from '../graph/layer-graph.ts';
import { countOf, type Dense, isChanged, type Part, type Value, type Windowed, windowsOf } from './part.ts';
import { channelsOf, mapOf, type PartWork } from './part-work.ts';
import { cellsOf, isSameWindow, union, type Window } from './window.ts';
import { filtered, filteredApart, filteredWhole, maximum, mean } from './window-rules.ts';

/** @param inputs one for each of the node's inputs; they stay the caller's @returns the caller's */
type Rule = <T>(work: PartWork<T>, node: GraphNode, inputs: readonly Value<T>[]) => Value<T>;

/** Of the convolution that takes the parts, as in networks that concatenate. */
const FILTERS = 128;

/** All is worked out anew. */
function dense<T>(work: PartWork<T>, node: GraphNode, inputs: readonly Value<T>[]): Value<T> {
  const xs = inputs.map((value, i) => work.dense(value, node.inputs[i] ?? -1));
  const x = work.arithmetic.run(node, xs, null);
  work.arithmetic.free(xs);
  return [{ kind: 'dense', ...channelsOf(node), x }];
}

/** Every part by itself. @param isScaled whether differences are only scaled, so that they need not become values */
function partByPart<T>(work: PartWork<T>, node: GraphNode, [value = []]: readonly Value<T>[], isScaled: boolean): Value<T> {
  const { arithmetic } = work;
  return value.map((part): Part<T> => {
    if (part.kind === 'unchanged') return part;
    if (part.kind === 'dense') return { ...part, x: arithmetic.run(node, [part.x], part) };
    if (part.kind === 'difference' && isScaled) return { ...part, difference: arithmetic.onFrame(node, part.difference, part) };
    const whole = work.absolute(part, node.inputs[0] ?? -1);
    const result = { ...whole, x: arithmetic.run(node, [whole.x], part), base: arithmetic.run(node, [whole.base], part) };
    work.forget(whole, part);
    return result;
  });
}

/** All channels in one window, if it is worth while to go on with one. */
function commonWindow<T>(work: PartWork<T>, node: GraphNode, inputs: readonly Value<T>[]): Window | null {
  const windows = inputs.map(windowsOf);
  if (windows.includes(null)) return null;
  const common = union(windows.flatMap((own) => own ?? []));
  return work.fillsMap(common, mapOf(node)) ? null : common;
}

function hasShapeOf({ shape }: GraphNode, other: GraphNode): boolean {
  return shape.length === 4 && shape.every((side, i) => side === other.shape[i]);
}

const byCell: Rule = (work, node, inputs) => {
  const window = commonWindow(work, node, inputs);
  const [value = []] = inputs;
  if (!window) return dense(work, node, inputs);
  const taken = work.atWindow(value, node.inputs[0] ?? -1, window);
  const x = work.arithmetic.run(node, [taken.x], null);
  const base = work.arithmetic.run(node, [taken.base], null);
  work.arithmetic.free([taken.x, taken.base]);
  return [{ kind: 'window', ...channelsOf(node), window, x, base }];
};

/** The result's difference is made of its inputs' differences by the layer itself. */
const summed: Rule = (work, node, inputs) => {
  const window = commonWindow(work, node, inputs);
  if (!window || !node.inputs.every((id) => hasShapeOf(work.node(id), node))) return dense(work, node, inputs);
  const xs = inputs.map((value) => work.allDifferences(value, window, mapOf(node)));
  const difference = work.arithmetic.run(node, xs, null);
  work.arithmetic.free(xs);
  return [{ kind: 'difference', ...channelsOf(node), window, difference }];
};

/** An input with a single cell for all may take part while it does not change. */
const merged: Rule = (work, node, inputs) => {
  const window = commonWindow(work, node, inputs);
  const isForAll = (i: number) => {
    const [part] = inputs[i] ?? [];
    const { rows, columns } = mapOf(work.node(node.inputs[i] ?? -1));
    return rows === 1 && columns === 1 && inputs[i]?.length === 1 && part?.kind === 'unchanged';
  };
  if (!window || !node.inputs.every((id, i) => hasShapeOf(work.node(id), node) || isForAll(i))) return dense(work, node, inputs);
  const taken = node.inputs.map((id, i) => {
    if (hasShapeOf(work.node(id), node)) return work.atWindow(inputs[i] ?? [], id, window);
    const [x, base] = [work.dense(inputs[i] ?? [], id), work.dense(inputs[i] ?? [], id)];
    return { x, base };
  });
  const x = work.arithmetic.run(
    node,
    taken.map((each) => each.x),
    null,
  );
  const base = work.arithmetic.run(
    node,
    taken.map((each) => each.base),
    null,
  );
  work.arithmetic.free(taken.flatMap((each) => [each.x, each.base]));
  return [{ kind: 'window', ...channelsOf(node), window, x, base }];
};

/** Brings two neighbours together; null where they are better kept apart. */
function joinedPair<T>(work: PartWork<T>, node: GraphNode, a: Part<T>, b: Part<T>): Part<T> | null {
  const { arithmetic } = work;
  const channels = { from: a.from, to: b.to };
  if (a.kind === 'unchanged' || b.kind === 'unchanged') return a.kind === b.kind ? { kind: 'unchanged', ...channels } : null;
  const map = mapOf(node);
  const windows = windowsOf([a, b]);
  const common = windows && union(windows);
  const goal = common && !work.fillsMap(common, map) ? common : 'dense';
  const cells = goal === 'dense' ? map.rows * map.columns : cellsOf(goal);
  const wasted = (part: Part<T>) => ('window' in part ? (cells - cellsOf(part.window)) * countOf(part) * FILTERS : 0);
  if (wasted(a) + wasted(b) > work.thresholds.mostWastedMacs) return null;
  const joined = (of: (part: Dense<T> | Windowed<T>) => T) => {
    const xs = [a, b].map((part) => of(part as Dense<T> | Windowed<T>));
    const all = arithmetic.join(xs);
    arithmetic.free(xs);
    return all;
  };
  let result: Part<T>;
  if (goal === 'dense') {
    const x = joined((part) => (part.kind === 'dense' ? arithmetic.copy(part.x) : work.spread(part, node.id, 'dense')));
    result = { kind: 'dense', ...channels, x };
  } else {
    const at = (part: Windowed<T>) => isSameWindow(part.window, goal);
    const x = joined((part) => (part.kind === 'window' && !at(part) ? work.spread(part, node.id, goal) : arithmetic.copy(part.x)));
    const base = joined((part) => (part.kind === 'window' && at(part) ? arithmetic.copy(part.base) : work.base(node.id, part, goal)));
    result = { kind: 'window', ...channels, window: goal, x, base };
  }
  work.forget(a, result);
  work.forget(b, result);
  return result;
}

const joinedChannels: Rule = <T>(work: PartWork<T>, node: GraphNode, inputs: readonly Value<T>[]): Value<T> => {
  if (node.shape.length !== 4) return dense(work, node, inputs);
  const parts: Part<T>[] = [];
  let start = 0;
  for (const [i, value] of inputs.entries()) {
    const id = node.inputs[i] ?? -1;
    for (const part of value) {
      const channels = { from: start + part.from, to: start + part.to };
      const own = work.own(part, id);
      const last = parts.pop();
      const pair = last && joinedPair(work, node, last, { ...own, ...channels });
      if (pair) parts.push(pair);
      else parts.push(...(last ? [last] : []), { ...own, ...channels });
    }
    start += channelsOf(work.node(id)).to;
  }
  return parts;
};

const RULES: Readonly<Record<ChangeRule, Rule>> = {
  dense,
  'by-value': (work, node, inputs) => partByPart(work, node, inputs, false),
  'by-channel': (work, node, inputs) => partByPart(work, node, inputs, false),
  scaled: (work, node, inputs) => partByPart(work, node, inputs, true),
  'by-cell': byCell,
  joined: joinedChannels,
  summed,
  merged,
  filtered,
  'filtered-apart': filteredApart,
  'filtered-whole': filteredWhole,
  spread: filtered,
  'spread-apart': filteredApart,
  maximum,
  mean,
};

/** Whether all of it is a single tensor of all copies. */
function isDense<T>(value: Value<T>): value is readonly [Dense<T>] {
  return value.length === 1 && value[0]?.kind === 'dense';
}

/** What a node gives for what it is given. */
export function passNode<T>(work: PartWork<T>, node: GraphNode, inputs: readonly Value<T>[]): Value<T> {
  if (!inputs.some((value) => value.some(isChanged))) return [{ kind: 'unchanged', ...channelsOf(node) }];
  if (inputs.every(isDense)) {
    const x = work.arithmetic.run(
      node,
      inputs.map(([part]) => (part as Dense<T>).x),
      null,
    );
    return [{ kind: 'dense', ...channelsOf(node), x }];
  }
  return RULES[node.change](work, node, inputs);
}
