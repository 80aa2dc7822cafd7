/** Operations that lay the same values out anew. */
import { Unsupported } from '../../layers/layer-rule.ts';
import { sizeOfShape } from '../../network/artifacts.ts';
import { type Activation, arranged, axisOf, channelsLast, inOrder, layerShape, liesAs } from '../layers/activation.ts';
import type { Call, GroupedChannels, Operation, Value } from '../layers/call.ts';

function outOfBatch(): Unsupported {
  return new Unsupported(
    'lays out several images of a batch together, which cannot be run here; please export a network that keeps them apart',
  );
}

/** The target's sides, with 0 for a side that stays and -1 for what is left. */
function targetShape(call: Call, from: readonly number[]): number[] {
  const given = call.numbers(1, 'shape');
  if (!given) throw new Unsupported('does not say what it gives; please export it again');
  const keepsZeros = call.node.number('allowzero', 0) === 0;
  const target = given.map((side, i) => (side === 0 && keepsZeros ? (from[i] ?? 0) : side));
  const known = sizeOfShape(target.filter((side) => side >= 0));
  const closed = target.map((side) => (side === -1 ? sizeOfShape(from) / known : side));
  if (sizeOfShape(closed) !== sizeOfShape(from) || !closed.every((side) => Number.isInteger(side) && side >= 0))
    throw new Unsupported(
      `lays out a tensor of the shape [${from.join(', ')}] as [${given.join(', ')}], which does not come out even; please export it for this input size`,
    );
  return closed;
}

/** The sides that are longer than one, in their order. */
function longSides(shape: readonly number[]): number[] {
  return shape.flatMap((side, axis) => (axis > 0 && side > 1 ? [axis] : []));
}

/** Only sides of one come and go: values stay as they lie. @returns null for anything else */
function withOtherSinglesides(call: Call, x: Activation, shape: readonly number[], name: string): Activation | null {
  const [before, after] = [longSides(x.shape), longSides(shape)];
  if (before.map((axis) => x.shape[axis]).join() !== after.map((axis) => shape[axis]).join()) return null;
  const lying = x.axes.filter((axis) => before.includes(axis));
  // Where each long side of the result comes from.
  const sources = (axes: readonly number[]) => axes.filter((axis) => after.includes(axis)).map((axis) => before[after.indexOf(axis)] ?? 0);
  const orders = [channelsLast(shape.length), inOrder(shape.length)].filter((axes) => sources(axes).join() === lying.join());
  // A vector is one of channels, whichever side those are.
  const ofChannels = after.length === 1 ? orders.find((axes) => axes.at(-1) === after[0]) : undefined;
  const order = ofChannels ?? orders[0];
  if (!order) return null;
  const sides = order.map((axis) => shape[axis] ?? 1);
  return { ...reshaped(call, x, sides, name), shape, axes: order };
}

/** @param sides of the layer's result, with the batch */
function reshaped({ writer }: Call, x: Activation, sides: readonly number[], name: string): Activation {
  if (layerShape(x).join() === sides.join()) return x;
  const target = sides.slice(1);
  const layer =
    target.length === 1
      ? writer.layer('Flatten', name, [x.layer], { data_format: 'channels_last' })
      : writer.layer('Reshape', name, [x.layer], { target_shape: target });
  return { ...x, layer };
}

/** As the graph lays values out: side by side in its own order. @param name of the layer, where there must be one */
export function laidOut(call: Call, x: Activation, shape: readonly number[], name = call.name): Activation {
  const isOneEach = shape.length === 1 && sizeOfShape(x.shape.slice(1)) === 1;
  if (shape[0] !== x.shape[0] || (shape.length < 2 && !isOneEach)) throw outOfBatch();
  // One number for each image, whose side the layer keeps.
  if (isOneEach) return { ...laidOut(call, x, [shape[0] ?? 1, 1], name), shape, axes: [0] };
  if (shape.join() === x.shape.join()) return x;
  const found = withOtherSinglesides(call, x, shape, name);
  if (found) return found;
  if (groupsIn(shape, x.shape) !== null && x.axes.join() === '0,3,4,1,2') {
    const axes = channelsLast(4);
    const sides = axes.map((axis) => shape[axis] ?? 1);
    return { ...reshaped(call, x, sides, name), shape, axes };
  }
  const plain = inOrder(x.shape.length);
  const turned = liesAs(x, plain) ? x : arranged(call.writer, x, plain, `${name}.permute`);
  return { ...reshaped(call, turned, shape, name), shape, axes: inOrder(shape.length) };
}

/** Whether channels of images are put in groups: `[batch, groups, channels of each, rows, columns]`. */
function groupsIn(from: readonly number[], to: readonly number[]): number | null {
  const [batch, channels = 0, ...cells] = from;
  const [sameBatch, groups = 0, each = 0, ...sameCells] = to;
  const isOne = from.length === 4 && to.length === 5 && batch === sameBatch && groups * each === channels;
  return isOne && cells.join() === sameCells.join() ? groups : null;
}

/** ShuffleNet's channel shuffle, which ONNX lays out, turns and lays out again. */
function ungrouped(call: Call, { of, groups, isSwapped }: GroupedChannels): Activation {
  if (!isSwapped) return of;
  const x = call.arranged(of, channelsLast(4));
  return call.layer('InterleavedGroups', x, { groups });
}

export function shapeOfGrouped({ of, groups, isSwapped }: GroupedChannels): number[] {
  const [batch = 1, channels = 1, ...cells] = of.shape;
  const sides = [groups, channels / groups];
  return [batch, ...(isSwapped ? sides.reverse() : sides), ...cells];
}

/** Groups as a side of their own: channels lie last, so that their values stay where they are. */
export function inGroups(call: Call, value: GroupedChannels): Activation {
  const { of, groups, isSwapped } = value;
  const shape = shapeOfGrouped(value);
  const [, channels = 1, rows = 1, columns = 1] = of.shape;
  const x = call.arranged(of, channelsLast(4));
  const layer = call.writer.layer('Reshape', `${call.name}.groups`, [x.layer], {
    target_shape: [rows, columns, groups, channels / groups],
  });
  return { ...x, layer, shape, axes: isSwapped ? [0, 3, 4, 2, 1] : [0, 3, 4, 1, 2] };
}

export const reshape: Operation = (call) => {
  const [value] = call.inputs;
  if (value?.kind === 'grouped') {
    const sides = targetShape(call, shapeOfGrouped(value));
    return [sides.join() === value.of.shape.join() ? ungrouped(call, value) : laidOut(call, inGroups(call, value), sides)];
  }
  const x = call.activation(0);
  const shape = targetShape(call, x.shape);
  const groups = groupsIn(x.shape, shape);
  return [groups === null ? laidOut(call, x, shape) : { kind: 'grouped', of: x, groups, isSwapped: false }];
};

export const flatten: Operation = (call) => {
  const x = call.activation(0);
  const axis = axisOf(call.node.number('axis', 1), x.shape.length);
  // Before the batch as well as after it: there is one image.
  if (axis > 1) throw outOfBatch();
  return [laidOut(call, x, [x.shape[0] ?? 1, sizeOfShape(x.shape.slice(1))])];
};

export const transpose: Operation = (call): readonly Value[] => {
  const [value] = call.inputs;
  if (value?.kind === 'grouped' && call.node.numbers('perm')?.join() === '0,2,1,3,4') return [{ ...value, isSwapped: !value.isSwapped }];
  const x = value?.kind === 'grouped' ? inGroups(call, value) : call.activation(0);
  const order = call.node.numbers('perm') ?? inOrder(x.shape.length).reverse();
  if (order.toSorted((a, b) => a - b).join() !== inOrder(x.shape.length).join())
    throw new Unsupported(
      `turns ${x.shape.length} sides to the order [${order.join(', ')}], which cannot be right; please export it again`,
    );
  if (order[0] !== 0) throw outOfBatch();
  return [{ ...x, shape: order.map((axis) => x.shape[axis] ?? 1), axes: x.axes.map((axis) => order.indexOf(axis)) }];
};

export const squeeze: Operation = (call) => {
  const x = call.activation(0);
  const axes = call.numbers(1, 'axes')?.map((axis) => axisOf(axis, x.shape.length)) ?? longComplement(x.shape);
  if (axes.some((axis) => x.shape[axis] !== 1))
    throw new Unsupported('takes away a side that is longer than one; please export it for this input size');
  return [
    laidOut(
      call,
      x,
      x.shape.filter((_, axis) => !axes.includes(axis)),
    ),
  ];
};

/** All sides of one but the batch. */
function longComplement(shape: readonly number[]): number[] {
  return shape.flatMap((side, axis) => (axis > 0 && side === 1 ? [axis] : []));
}

export const unsqueeze: Operation = (call) => {
  const x = call.activation(0);
  const given = call.numbers(1, 'axes') ?? [];
  const rank = x.shape.length + given.length;
  const axes = given.map((axis) => axisOf(axis, rank));
  const sides = [...x.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (sides.shift() ?? 1)));
  return [laidOut(call, x, shape)];
};
