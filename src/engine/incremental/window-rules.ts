/** How parts pass layers that slide windows over maps: convolutions, pooling, padding; and means. */
import type { InputWindow } from '../../formats/layers/kinds/input-window.ts';
import type { GraphNode } from '../graph/layer-graph.ts';
import { type Channels, countOf, type Dense, type Part, tensorsOf, type Value, windowsOf } from './part.ts';
import { channelsOf, type InWindow, mapOf, type PartWork } from './part-work.ts';
import { isSameWindow, passWindow, union, type Window } from './window.ts';

/** What a maximum never is. */
const NEVER_LARGEST = -3.4028234663852886e38;

function windowOf({ inputWindows: [window = 'dense'] }: GraphNode): Exclude<InputWindow, 'dense'> {
  if (window === 'dense') throw new Error('a layer that slides windows has one');
  return window;
}

function passed(node: GraphNode, window: Window): ReturnType<typeof passWindow> {
  return passWindow(window, windowOf(node), node.change.startsWith('spread'), mapOf(node));
}

/** What the layer makes of a part's difference, without bias and activation, where it changes the result. */
function passDifference<T>(work: PartWork<T>, node: GraphNode, part: InWindow<T>): { readonly out: Window; readonly x: T } {
  const { arithmetic } = work;
  const { out, frame } = passed(node, part.window);
  const map = mapOf(work.node(node.inputs[0] ?? -1));
  const { rows, columns } = mapOf(node);
  // A window of single cells goes through a filter of one cell as it is, even beyond the map, unless a map that grew has cells there.
  const hasGrown = rows > map.rows || columns > map.columns;
  const isByCell = !hasGrown && isSameWindow(frame, part.window) && isSameWindow(out, part.window);
  const laid = isByCell ? work.difference(part) : work.differenceAt(part, frame, map);
  const made = arithmetic.onFrame(node, laid, part);
  arithmetic.free([laid]);
  return { out, x: arithmetic.rescale(node, made, out) };
}

/** With the activation that the layer ends with; without one, as a difference. */
function finished<T>(work: PartWork<T>, node: GraphNode, channels: Channels, window: Window, difference: T): Part<T> {
  const { arithmetic } = work;
  if (!node.hasActivation) return { kind: 'difference', ...channels, window, difference };
  const linear = arithmetic.lay({
    over: null,
    under: { x: arithmetic.base(node.id, 'linear'), at: 'dense', channel: channels.from },
    at: window,
    map: mapOf(node),
    channels: countOf(channels),
  });
  const sum = arithmetic.add(difference, linear);
  const [x, base] = [arithmetic.activate(node, sum), arithmetic.activate(node, linear)];
  arithmetic.free([linear, sum, difference]);
  return { kind: 'window', ...channels, window, x, base };
}

/** The whole map, from what is dense and what lies in windows. */
function denseSum<T>(work: PartWork<T>, node: GraphNode, value: Value<T>): Part<T> {
  const { arithmetic } = work;
  const dense = value.filter((part): part is Dense<T> => part.kind === 'dense');
  const map = mapOf(node);
  const { to: channels } = channelsOf(node);
  let rest = arithmetic.remainder(node, dense);
  let isOurs = false;
  const replaceRest = (next: T) => {
    if (isOurs) arithmetic.free([rest]);
    rest = next;
    isOurs = true;
  };
  for (const part of value) {
    if (part.kind === 'dense' || part.kind === 'unchanged') continue;
    const { out, x } = passDifference(work, node, part);
    const under = { x: rest, at: 'dense' as const, channel: 0 };
    replaceRest(arithmetic.lay({ over: { x, at: out, channel: 0 }, under, at: 'dense', map, channels, isAdded: true }));
    arithmetic.free([x]);
  }
  for (const part of dense) {
    const made = arithmetic.onMap(node, part.x, part);
    const sum = arithmetic.add(made, rest);
    arithmetic.free([made]);
    replaceRest(sum);
  }
  const x = node.hasActivation ? arithmetic.activate(node, rest) : rest;
  if (x !== rest) arithmetic.free([rest]);
  return { kind: 'dense', ...channelsOf(node), x };
}

/** Every part contributes by its own weights. */
export function filtered<T>(work: PartWork<T>, node: GraphNode, [value = []]: readonly Value<T>[]): Value<T> {
  const { arithmetic } = work;
  const changed = value.filter((part): part is InWindow<T> => part.kind === 'window' || part.kind === 'difference');
  const map = mapOf(node);
  const outs = changed.map((part) => passed(node, part.window).out);
  if (value.some(({ kind }) => kind === 'dense')) return [denseSum(work, node, value)];
  const out = union(outs);
  if (work.isTooLarge(union(changed.map(({ window }) => window)), out, map)) return [denseSum(work, node, value)];
  let sum: T | null = null;
  // The largest first, so that the others are added to what is there.
  for (const part of changed.toReversed()) {
    const made = passDifference(work, node, part);
    if (sum === null && isSameWindow(made.out, out)) {
      sum = made.x;
      continue;
    }
    const under = sum === null ? null : { x: sum, at: out, channel: 0 };
    const next: T = arithmetic.lay({
      over: { x: made.x, at: made.out, channel: 0 },
      under,
      at: out,
      map,
      channels: channelsOf(node).to,
      isAdded: true,
    });
    arithmetic.free(sum === null ? [made.x] : [made.x, sum]);
    sum = next;
  }
  if (sum === null) throw new Error('nothing has changed');
  return [finished(work, node, channelsOf(node), out, sum)];
}

/** A value's channels as one part, which is made anew where there are several. */
function asOne<T>(work: PartWork<T>, node: GraphNode, value: Value<T>): Part<T> {
  const [only] = value;
  if (value.length === 1 && only) return only;
  const id = node.inputs[0] ?? -1;
  const input = work.node(id);
  const windows = windowsOf(value);
  if (!windows) return { kind: 'dense', ...channelsOf(input), x: work.dense(value, id) };
  const window = union(windows);
  return { kind: 'difference', ...channelsOf(input), window, difference: work.allDifferences(value, window, mapOf(input)) };
}

/** All channels together. */
export function filteredWhole<T>(work: PartWork<T>, node: GraphNode, [value = []]: readonly Value<T>[]): Value<T> {
  const part = asOne(work, node, value);
  const result = wholeFiltered(work, node, part);
  if (!value.includes(part)) work.arithmetic.free(tensorsOf(part));
  return [result];
}

function wholeFiltered<T>(work: PartWork<T>, node: GraphNode, part: Part<T>): Part<T> {
  const channels = channelsOf(node);
  if (part.kind === 'unchanged') throw new Error('nothing has changed');
  if (part.kind === 'dense') return { kind: 'dense', ...channels, x: work.arithmetic.run(node, [part.x], null) };
  const { out } = passed(node, part.window);
  if (work.isTooLarge(part.window, out, mapOf(node))) return denseApart(work, node, part, channels);
  return finished(work, node, channels, out, passDifference(work, node, part).x);
}

/** The channels of the result that some of the input's become. */
function resultOf<T>(work: PartWork<T>, node: GraphNode, { from, to }: Channels): Channels {
  const times = channelsOf(node).to / channelsOf(work.node(node.inputs[0] ?? -1)).to;
  return { from: from * times, to: to * times };
}

/** Every part by itself, linear. */
export function filteredApart<T>(work: PartWork<T>, node: GraphNode, [value = []]: readonly Value<T>[]): Value<T> {
  const { arithmetic } = work;
  return value.map((part): Part<T> => {
    const channels = resultOf(work, node, part);
    if (part.kind === 'unchanged') return { kind: 'unchanged', ...channels };
    if (part.kind === 'dense') return { kind: 'dense', ...channels, x: arithmetic.run(node, [part.x], part) };
    const { out } = passed(node, part.window);
    if (work.isTooLarge(part.window, out, mapOf(node))) return denseApart(work, node, part, channels);
    return finished(work, node, channels, out, passDifference(work, node, part).x);
  });
}

function denseApart<T>(work: PartWork<T>, node: GraphNode, part: InWindow<T>, { from, to }: Channels): Part<T> {
  const x = work.spread(part, node.inputs[0] ?? -1, 'dense');
  const result = work.arithmetic.run(node, [x], part);
  work.arithmetic.free([x]);
  return { kind: 'dense', from, to, x: result };
}

/** Every part by itself, from what stands in the windows that it reaches. */
export function maximum<T>(work: PartWork<T>, node: GraphNode, [value = []]: readonly Value<T>[]): Value<T> {
  const { arithmetic } = work;
  return value.map((part): Part<T> => {
    const { from, to } = part;
    if (part.kind === 'unchanged') return part;
    if (part.kind === 'dense') return { ...part, x: arithmetic.run(node, [part.x], part) };
    const { out, frame } = passed(node, part.window);
    if (work.isTooLarge(part.window, out, mapOf(node))) return denseApart(work, node, part, part);
    const laid = work.spread(part, node.inputs[0] ?? -1, frame, NEVER_LARGEST);
    const x = arithmetic.onFrame(node, laid, part);
    arithmetic.free([laid]);
    return { kind: 'window', from, to, window: out, x, base: work.base(node.id, part, out) };
  });
}

/** The kept means, and what changes add to them. */
export function mean<T>(work: PartWork<T>, node: GraphNode, [value = []]: readonly Value<T>[]): Value<T> {
  const { arithmetic } = work;
  const map = mapOf(work.node(node.inputs[0] ?? -1));
  const cells = map.rows * map.columns;
  const single = { rows: 1, columns: 1 };
  const kept = arithmetic.reshape(arithmetic.base(node.id, 'activation'), [null, 1, 1, channelsOf(node).to]);
  const means = value.map((part) => {
    if (part.kind === 'dense') return arithmetic.sum(part.x, 1 / cells);
    const under = { x: kept, at: 'dense' as const, channel: part.from };
    const laid = { under, at: 'dense' as const, map: single, channels: countOf(part), isAdded: true };
    if (part.kind === 'unchanged') return arithmetic.lay({ ...laid, over: null });
    const difference = work.differenceAt(part, part.window, map);
    const added = arithmetic.sum(difference, 1 / cells);
    const all = arithmetic.lay({ ...laid, over: { x: added, at: 'dense', channel: 0 } });
    arithmetic.free([difference, added]);
    return all;
  });
  const joined = work.joined(means);
  const x = arithmetic.reshape(joined, node.shape);
  arithmetic.free([joined, kept]);
  return [{ kind: 'dense', ...channelsOf(node), x }];
}
