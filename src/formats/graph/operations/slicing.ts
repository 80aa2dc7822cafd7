/** Operations that take a part of a tensor, or put parts together. */
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Json } from '../../network/artifacts.ts';
import { type Activation, axisOf, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { constantMap } from '../layers/constant-map.ts';
import { type Constant, numbersOf } from '../nodes/constant.ts';

/** As Python slices a list; a null end stands for the last one. */
export type Range = readonly [start: number | null, stop: number | null, step: number];

const ALL: Range = [null, null, 1];

function lengthOf([start, stop, step]: Range, length: number): number {
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const bounded = (value: number | null, otherwise: number) => (value === null ? otherwise : Math.min(most, Math.max(least, value)));
  return Math.max(0, Math.ceil((bounded(stop, step > 0 ? length : -1) - bounded(start, step > 0 ? 0 : length - 1)) / step));
}

/** @param ranges by the side that ONNX means */
export function part(call: Call, x: Activation, ranges: ReadonlyMap<number, Range>, name: string): Activation {
  const shape = x.shape.map((side, axis) => lengthOf(ranges.get(axis) ?? ALL, side));
  if (ranges.has(0) && shape[0] !== x.shape[0])
    throw new Unsupported('takes some images of a batch alone, which cannot be run here; please export a network that keeps them apart');
  if (shape.includes(0)) throw new Unsupported('takes nothing of what goes in; please export it for this input size');
  const whole = [...ranges].every(([axis, [, , step]]) => step === 1 && shape[axis] === x.shape[axis]);
  if (whole) return x;
  const slices = x.axes.map((axis): Json => [...(axis === 0 ? ALL : (ranges.get(axis) ?? ALL))]);
  return { ...x, shape, layer: call.writer.layer('Slice', name, [x.layer], { slices }) };
}

/** A start or end as ONNX has it: counted from the end where it is negative, and cut to the tensor. */
function bound(value: number, length: number, step: number, isEnd: boolean): number | null {
  const counted = value < 0 ? value + length : value;
  if (step > 0) return Math.min(length, Math.max(0, counted));
  // Before the first one, Python has no number.
  if (isEnd && counted < 0) return null;
  return Math.min(length - 1, Math.max(isEnd ? -1 : 0, counted));
}

export const slice: Operation = (call) => {
  const x = call.activation(0);
  const rank = x.shape.length;
  const starts = call.numbers(1, 'starts') ?? [];
  const ends = call.numbers(2, 'ends') ?? [];
  const axes = call.numbers(3, 'axes') ?? starts.map((_, i) => i);
  const steps = call.numbers(4, 'steps') ?? starts.map(() => 1);
  const ranges = axes.map((given, i): [number, Range] => {
    const axis = axisOf(given, rank);
    const [length, step] = [x.shape[axis] ?? 1, steps[i] ?? 1];
    if (step === 0) throw new Unsupported('takes steps of nothing; please export it again');
    return [axis, [bound(starts[i] ?? 0, length, step, false), bound(ends[i] ?? length, length, step, true), step]];
  });
  return [part(call, x, new Map(ranges), call.name)];
};

export const split: Operation = (call) => {
  const { node, name } = call;
  const x = call.activation(0);
  const axis = axisOf(node.number('axis', 0), x.shape.length);
  const length = x.shape[axis] ?? 1;
  const count = node.outputs.length;
  const each = Math.ceil(length / count);
  const sizes = call.numbers(1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(each, length - each * i));
  if (sizes.length !== count || sizes.reduce((sum, size) => sum + size, 0) !== length)
    throw new Unsupported(
      `splits ${length} values into parts of ${sizes.join(', ')}, which does not come out even; please export it again`,
    );
  let at = 0;
  return sizes.map((size, i) => {
    const from = at;
    at += size;
    return part(call, x, new Map([[axis, [from, at, 1] as const]]), `${name}.${i}`);
  });
};

/** One position of a side, which then is gone, or several that follow each other evenly. */
export const gather: Operation = (call) => {
  const x = call.activation(0);
  const axis = axisOf(call.node.number('axis', 0), x.shape.length);
  const length = x.shape[axis] ?? 1;
  const indices = call.constant(1);
  const wanted = indices ? numbersOf(indices).map((index) => (index < 0 ? index + length : index)) : [];
  const [first = 0, second] = wanted;
  const step = second === undefined ? 1 : second - first;
  const isEven = step !== 0 && wanted.every((index, i) => index === first + i * step);
  const isInside = wanted.length > 0 && wanted.every((index) => Number.isInteger(index) && index >= 0 && index < length);
  if (axis === 0 || !isEven || !isInside || !indices || indices.shape.length > 1)
    throw new Unsupported('picks values in no even order, or images of a batch, which cannot be run here; please export it with a Slice');
  if (indices.shape.length === 1) {
    const last = first + step * wanted.length;
    return [part(call, x, new Map([[axis, [first, last < 0 ? null : last, step] as const]]), call.name)];
  }
  const slices = x.axes.map((each): Json => (each === axis ? first : [...ALL]));
  const without = (axes: readonly number[]) => axes.filter((each) => each !== axis).map((each) => (each > axis ? each - 1 : each));
  const layer = call.writer.layer('Slice', call.name, [x.layer], { slices });
  return [{ ...x, layer, shape: x.shape.filter((_, each) => each !== axis), axes: without(x.axes) }];
};

/** A constant that is put beside images. */
function beside(call: Call, first: Activation, value: Constant, axis: number, place: number): Activation {
  const isFitting = first.shape.length === 4 && axis === 1 && value.shape.length === 4;
  if (!isFitting || value.shape.some((side, i) => i !== axis && side !== first.shape[i]))
    throw new Unsupported(
      'puts other numbers beside its tensors than channels of their size, which cannot be run here; please export it again',
    );
  return constantMap(call, first, value, `constant${place}`);
}

export const concat: Operation = (call) => {
  const { node, name, writer } = call;
  const first = call.activation(
    Math.max(
      0,
      call.inputs.findIndex((value) => value?.kind === 'activation'),
    ),
  );
  const rank = first.shape.length;
  const axis = axisOf(node.number('axis', 1), rank);
  const parts = call.inputs.map((value, i) =>
    call.arranged(value?.kind === 'constant' ? beside(call, first, value, axis, i) : call.activation(i), first.axes),
  );
  if (axis === 0 || parts.some(({ shape }) => shape.length !== rank || shape.some((side, i) => i !== axis && side !== first.shape[i])))
    throw new Unsupported('puts tensors together that do not fit, or images of a batch, which cannot be run here; please export it again');
  const shape = first.shape.map((side, i) => (i === axis ? parts.reduce((sum, each) => sum + (each.shape[i] ?? 0), 0) : side));
  if (parts.length === 1) return [call.function('linear', first)];
  const layer = writer.layer(
    'Concatenate',
    name,
    parts.map((each) => each.layer),
    { axis: layerAxis(first, axis) },
  );
  return [{ ...first, layer, shape }];
};
