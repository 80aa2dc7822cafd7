/** What is put around images, or cut off. */
import { Unsupported } from '../../layers/layer-rule.ts';
import { type Activation, axisOf } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { singleOf } from '../nodes/constant.ts';
import { FORMAT } from './convolutions.ts';
import { part, type Range } from './slicing.ts';

type Ends = readonly [before: number, after: number];

/** What is added to each side; below zero, what is cut off. */
function endsOf(call: Call, rank: number): Ends[] {
  const given = call.numbers(1, 'pads') ?? call.node.numbers('paddings') ?? [];
  const axes = call.numbers(3, 'axes')?.map((axis) => axisOf(axis, rank)) ?? Array.from({ length: rank }, (_, axis) => axis);
  return Array.from({ length: rank }, (_, axis): Ends => {
    const at = axes.indexOf(axis);
    return at < 0 ? [0, 0] : [given[at] ?? 0, given[at + axes.length] ?? 0];
  });
}

/** Without what is cut off. */
function cut(call: Call, x: Activation, ends: readonly Ends[]): Activation {
  const ranges = ends.flatMap(([before, after], axis): [number, Range][] =>
    before < 0 || after < 0 ? [[axis, [Math.max(0, -before), (x.shape[axis] ?? 1) - Math.max(0, -after), 1]]] : [],
  );
  return ranges.length === 0 ? x : part(call, x, new Map(ranges), `${call.name}.cut`);
}

/** What stands for infinity, which no file of a network can hold. */
const MOST = 3.4028234663852886e38;

const ADDED: Readonly<Record<string, string>> = { constant: 'constant', edge: 'edge', reflect: 'reflect' };

export const pad: Operation = (call) => {
  const { node } = call;
  const given = call.channelsLast(0);
  const rank = given.shape.length;
  const all = endsOf(call, rank);
  const x = cut(call, given, all);
  const ends = all.map(([before, after]): Ends => [Math.max(0, before), Math.max(0, after)]);
  if (ends.flat().every((cells) => cells === 0)) return [x];
  const value = Math.min(MOST, Math.max(-MOST, singleOf(call.constant(2)) ?? node.number('value', 0)));
  const mode = ADDED[node.text('mode', 'constant')];
  const [batch, channels = [0, 0], ...cells] = ends;
  if (!mode)
    throw new Unsupported(
      `pads by the mode ${node.text('mode', 'constant')}, which cannot be run here; please pad by constant, edge or reflect`,
    );
  if (rank !== 4 || batch?.some((count) => count > 0))
    throw new Unsupported('pads something else than images, which cannot be run here; please pad the sides of images');
  const isReflectable = mode !== 'reflect' || x.shape.every((side, axis) => (ends[axis] ?? [0]).every((count) => count < side));
  if (!isReflectable) throw new Unsupported('reflects more cells than there are; please export it for larger images');
  const shape = x.shape.map((side, axis) => side + (ends[axis]?.[0] ?? 0) + (ends[axis]?.[1] ?? 0));
  const isPlain = mode === 'constant' && value === 0 && channels.every((count) => count === 0);
  if (isPlain) return [call.layer('ZeroPadding2D', x, { padding: cells, ...FORMAT }, shape)];
  return [call.layer('Padding', x, { padding: [...cells, channels], mode, value }, shape)];
};
