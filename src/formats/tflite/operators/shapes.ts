/** Operators that lay values out anew, take parts of them, or put them together. */
import { wholeNumbers } from '../../graph/nodes/constant.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { OperatorCall, Translation } from './operator-call.ts';

/** As far as a tensor goes, in either direction. */
const FAR = 2 ** 31 - 1;

function list(call: OperatorCall, numbers: readonly number[]): string {
  return call.writer.constant(call.name, wholeNumbers(numbers));
}

const reshape: Translation = (call) => {
  const target = call.input(1) || list(call, call.wholes(0) ?? call.given(0).shape);
  call.node('Reshape', [call.input(0), target]);
};

const squeeze: Translation = (call) => {
  const sides = call.wholes(0) ?? [];
  call.node('Squeeze', sides.length > 0 ? [call.input(0), list(call, sides)] : [call.input(0)]);
};

const expandDims: Translation = (call) => call.node('Unsqueeze', [call.input(0), list(call, call.numbers(1))]);

const transpose: Translation = (call) => call.node('Transpose', [call.input(0)], { perm: call.numbers(1) });

const concatenation: Translation = (call) =>
  call.withFused(1, ({ name, output }) => call.writer.add(name, 'Concat', call.inputs, { axis: call.whole(0) }, [output]));

/** Each gets a side of its own first. */
const pack: Translation = (call) => {
  const axis = call.whole(1);
  const parts = call.inputs.map((input) => call.writer.add(call.name, 'Unsqueeze', [input, list(call, [axis])]));
  call.node('Concat', parts, { axis });
};

const unpack: Translation = (call) => {
  for (const [place, output] of call.outputs.entries()) {
    const at = call.writer.constant(call.name, wholeNumbers([place], []));
    call.writer.add(`${call.name}.${place}`, 'Gather', [call.input(0), at], { axis: call.whole(1) }, [output]);
  }
};

const gather: Translation = (call) => {
  if (call.whole(1) !== 0)
    throw new Unsupported('picks other values for each image of a batch, which cannot be run here; please convert another network');
  call.node('Gather', [call.input(0), call.input(1)], { axis: call.whole(0) });
};

const slice: Translation = (call) => {
  const [starts, sizes] = [call.numbers(1), call.numbers(2)];
  const ends = starts.map((start, i) => (sizes[i] === -1 ? FAR : start + (sizes[i] ?? 0)));
  call.node('Slice', [call.input(0), list(call, starts), list(call, ends)]);
};

/** Which of the places in a list are marked, as bits. */
function isMarked(mask: number, place: number): boolean {
  return ((mask >> place) & 1) === 1;
}

/** Python's brackets, `x[1:, ::-1, 0]`: one range for each of the first sides. */
const stridedSlice: Translation = (call) => {
  const { writer, name } = call;
  const [starts, ends, steps] = [call.numbers(1), call.numbers(2), call.numbers(3)];
  const [startMask = 0, endMask = 0, ellipsisMask = 0, newSideMask = 0, singleMask = 0] = [0, 1, 2, 3, 4].map((field) => call.whole(field));
  if (ellipsisMask !== 0 || newSideMask !== 0)
    throw new Unsupported('takes a part by an ellipsis, or adds a side to it, which is not read here; please write its ranges out');
  const offset = call.flag(5);
  const ranges = starts.map((start, i) => {
    const step = steps[i] ?? 1;
    if (isMarked(singleMask, i)) return { start, end: start === -1 ? FAR : start + 1, step: 1 };
    const end = (ends[i] ?? 0) + (offset ? start : 0);
    return {
      start: isMarked(startMask, i) ? (step > 0 ? 0 : FAR) : start,
      end: isMarked(endMask, i) ? (step > 0 ? FAR : -FAR) : end,
      step,
    };
  });
  const sides = list(
    call,
    ranges.map((_, i) => i),
  );
  const bounds = (['start', 'end'] as const).map((bound) =>
    list(
      call,
      ranges.map((range) => range[bound]),
    ),
  );
  const by = list(
    call,
    ranges.map(({ step }) => step),
  );
  const singles = ranges.flatMap((_, i) => (isMarked(singleMask, i) ? [i] : []));
  const inputs = [call.input(0), ...bounds, sides, by];
  if (singles.length === 0) call.node('Slice', inputs);
  else call.node('Squeeze', [writer.add(name, 'Slice', inputs), list(call, singles)]);
};

/** The other way round along some sides. */
const reverse: Translation = (call) => {
  const axes = call.numbers(1);
  const each = (value: number) =>
    list(
      call,
      axes.map(() => value),
    );
  call.node('Slice', [call.input(0), each(-1), each(-FAR), list(call, axes), each(-1)]);
};

/** @param places of the side and of the tensor among the inputs */
function split(sidePlace: number, tensorPlace: number): Translation {
  return (call) => {
    const [axis = 0] = call.numbers(sidePlace);
    const sizes = call.operator.outputs.flatMap((_, place) => call.given(place).shape.at(axis) ?? []);
    // Where the file does not say how much each has, all have the same.
    const inputs = sizes.length > 0 ? [call.input(tensorPlace), list(call, sizes)] : [call.input(tensorPlace)];
    call.writer.add(call.name, 'Split', inputs, { axis }, call.outputs);
  };
}

const broadcast: Translation = (call) => call.node('Expand', [call.input(0), call.input(1)]);

export const SHAPES: Readonly<Record<string, Translation>> = {
  BROADCAST_TO: broadcast,
  CONCATENATION: concatenation,
  EXPAND_DIMS: expandDims,
  GATHER: gather,
  PACK: pack,
  RANGE: (call) => call.node('Range', call.inputs),
  RESHAPE: reshape,
  REVERSE_V2: reverse,
  SHAPE: (call) => call.node('Shape', [call.input(0)]),
  SLICE: slice,
  SPLIT: split(0, 1),
  SPLIT_V: split(2, 0),
  SQUEEZE: squeeze,
  STRIDED_SLICE: stridedSlice,
  TILE: (call) => call.node('Tile', [call.input(0), call.input(1)]),
  TRANSPOSE: transpose,
  UNPACK: unpack,
};
