/** Operators that lay values out anew, take parts of them, or put them together. */
import type { OperatorOf, TensorOf } from '../../../formats/testing/tflite/tflite-writer.ts';
import * as reference from '../reference/tflite-operators.ts';
import { at, filled, type Shape, type Values } from '../reference/values.ts';
import { IMAGE, single, type TfliteCase, wholes } from './tflite-case.ts';

/** Of one channel. */
function sumOf(x: Values, channel: number): number {
  return x.data.reduce((total, value, i) => (i % (x.shape[3] ?? 1) === channel ? total + value : total), 0);
}

function split(): TfliteCase {
  const part: TensorOf = { shape: [1, 7, 2, 3] };
  return {
    name: 'SPLIT and CONCATENATION',
    image: IMAGE,
    tensors: { axis: wholes([], 2), a: part, b: part, c: part },
    operators: [
      { kind: 'SPLIT', inputs: ['axis', 'image'], outputs: ['a', 'b', 'c'], options: { 0: { int32: 3 } } },
      { kind: 'CONCATENATION', inputs: ['c', 'a', 'b'], outputs: ['y'], options: { 0: { int32: -2 } } },
    ],
    expected: (x) => reference.picked(x, IMAGE, ([, r = 0, c = 0, k = 0]) => [0, r, (c + 4) % 6, k]),
  };
}

function chain(
  name: string,
  operators: readonly OperatorOf[],
  tensors: TfliteCase['tensors'],
  expected: TfliteCase['expected'],
): TfliteCase {
  return { name, image: IMAGE, tensors, operators, expected };
}

/** Shapes that are computed, and sides that come and go. */
function chains(): TfliteCase[] {
  return [
    chain(
      'REVERSE_V2 of columns and channels',
      [{ kind: 'REVERSE_V2', inputs: ['image', 'sides'], outputs: ['y'] }],
      { sides: wholes([2], 2, -1) },
      (x) => reference.picked(x, IMAGE, ([, r = 0, col = 0, k = 0]) => [0, r, 5 - col, 2 - k]),
    ),
    chain(
      'RESHAPE of a channel shuffle',
      [
        { kind: 'CONCATENATION', inputs: ['image', 'image'], outputs: ['a'], options: { 0: { int32: 3 } } },
        { kind: 'RESHAPE', inputs: ['a', 'groups'], outputs: ['b'] },
        { kind: 'TRANSPOSE', inputs: ['b', 'order'], outputs: ['c'] },
        { kind: 'RESHAPE', inputs: ['c', 'together'], outputs: ['y'] },
      ],
      {
        a: { shape: [1, 7, 6, 6] },
        b: { shape: [1, 7, 6, 2, 3] },
        c: { shape: [1, 7, 6, 3, 2] },
        groups: wholes([5], 1, 7, 6, 2, 3),
        order: wholes([5], 0, 1, 2, 4, 3),
        together: wholes([4], -1, 7, 6, 6),
      },
      (x) => reference.picked(x, [1, 7, 6, 6], ([, r = 0, col = 0, k = 0]) => [0, r, col, Math.floor(k / 2)]),
    ),
    chain(
      'SHAPE that a batch of any size is laid out by',
      [
        { kind: 'SHAPE', inputs: ['image'], outputs: ['sides'] },
        { kind: 'STRIDED_SLICE', inputs: ['sides', 'zero', 'one', 'one'], outputs: ['batch'], options: { 4: { int32: 1 } } },
        { kind: 'PACK', inputs: ['batch', 'cells', 'three'], outputs: ['target'], options: { 0: { int32: 3 } } },
        { kind: 'RESHAPE', inputs: ['image', 'target'], outputs: ['y'] },
      ],
      {
        sides: { shape: [4], type: 'int32' },
        batch: { shape: [], type: 'int32' },
        target: { shape: [3], type: 'int32' },
        zero: wholes([1], 0),
        one: wholes([1], 1),
        cells: wholes([], 42),
        three: wholes([], 3),
      },
      ({ data }) => ({ shape: [1, 42, 3], data }),
    ),
    chain(
      'UNPACK and PACK',
      [
        { kind: 'UNPACK', inputs: ['image'], outputs: ['r', 'g', 'b'], options: { 0: { int32: 3 }, 1: { int32: 3 } } },
        { kind: 'PACK', inputs: ['b', 'r'], outputs: ['y'], options: { 0: { int32: 2 }, 1: { int32: 1 } } },
      ],
      { r: { shape: [1, 7, 6] }, g: { shape: [1, 7, 6] }, b: { shape: [1, 7, 6] } },
      (x) => reference.picked(x, [1, 2, 7, 6], ([, which = 0, r = 0, col = 0]) => [0, r, col, which === 0 ? 2 : 0]),
    ),
    chain(
      'EXPAND_DIMS and SQUEEZE of a mean',
      [
        { kind: 'MEAN', inputs: ['image', 'cells'], outputs: ['m'], options: { 0: { int8: 0 } } },
        { kind: 'EXPAND_DIMS', inputs: ['m', 'one'], outputs: ['e'] },
        { kind: 'SQUEEZE', inputs: ['e'], outputs: ['y'], options: { 0: { int32s: [1] } } },
      ],
      { cells: wholes([2], 1, 2), one: wholes([], 1), m: { shape: [1, 3] }, e: { shape: [1, 1, 3] } },
      (x) => filled([1, 3], ([, k = 0]) => sumOf(x, k) / 42),
    ),
  ];
}

export function layoutCases(): TfliteCase[] {
  const [, height = 1, width = 1, channels = 1] = IMAGE;
  const even: Shape = [1, 6, 4, 3];
  return [
    single(
      'rows and columns',
      'PAD',
      (x) => filled([1, 10, 8, 3], ([, r = 0, c = 0, k = 0]) => (r < 1 || r > 7 || c < 2 ? 0 : at(x, [0, r - 1, c - 2, k]))),
      { tensors: { p: wholes([4, 2], 0, 0, 1, 2, 2, 0, 0, 0) } },
    ),
    single(
      'without their borders',
      'MIRROR_PAD',
      (x) => reference.picked(x, [1, 9, 6, 3], ([, r = 0, c = 0, k = 0]) => [0, r === 0 ? 1 : r === 8 ? 5 : r - 1, c, k]),
      {
        tensors: { p: wholes([4, 2], 0, 0, 1, 1, 0, 0, 0, 0) },
      },
    ),
    single('of rows and columns', 'MEAN', (x) => filled([1, channels], ([, k = 0]) => sumOf(x, k) / (height * width)), {
      tensors: { sides: wholes([2], 1, 2) },
    }),
    single('of rows and columns', 'SUM', (x) => filled([1, channels], ([, k = 0]) => sumOf(x, k)), {
      tensors: { sides: wholes([2], 1, 2) },
    }),
    single('a part', 'STRIDED_SLICE', (x) => reference.picked(x, [1, 3, 6, 2], ([, r = 0, c = 0, k = 0]) => [0, 1 + 2 * r, 5 - c, k]), {
      tensors: { a: wholes([4], 0, 1, 0, 0), b: wholes([4], 0, 7, 0, 2), s: wholes([4], 1, 2, -1, 1) },
      options: { 0: { int32: 0b0101 }, 1: { int32: 0b0101 }, 4: { int32: 0 } },
    }),
    single('a channel', 'STRIDED_SLICE', (x) => reference.picked(x, [1, 7, 6], ([, r = 0, c = 0]) => [0, r, c, 2]), {
      tensors: { a: wholes([4], 0, 0, 0, -1), b: wholes([4], 0, 0, 0, 0), s: wholes([4], 1, 1, 1, 1) },
      options: { 0: { int32: 0b0111 }, 1: { int32: 0b0111 }, 4: { int32: 0b1000 } },
    }),
    single('a part', 'SLICE', (x) => reference.picked(x, [1, 2, 4, 3], ([, r = 0, c = 0, k = 0]) => [0, r + 3, c + 2, k]), {
      tensors: { a: wholes([4], 0, 3, 2, 0), n: wholes([4], 1, 2, -1, 3) },
    }),
    single('of columns', 'TRANSPOSE', (x) => reference.picked(x, [1, 6, 3, 7], ([, c = 0, k = 0, r = 0]) => [0, r, c, k]), {
      tensors: { p: wholes([4], 0, 2, 3, 1) },
    }),
    single(
      'with red and blue the other way round',
      'GATHER',
      (x) => reference.picked(x, IMAGE, ([, r = 0, c = 0, k = 0]) => [0, r, c, 2 - k]),
      {
        tensors: { i: wholes([3], 2, 1, 0) },
        options: { 0: { int32: 3 } },
      },
    ),
    single(
      'of two cells a side',
      'SPACE_TO_DEPTH',
      (x) =>
        reference.picked(x, [1, 3, 2, 12], ([, r = 0, c = 0, k = 0]) => [
          0,
          2 * r + Math.floor(k / 6),
          2 * c + (Math.floor(k / 3) % 2),
          k % 3,
        ]),
      {
        image: even,
        options: { 0: { int32: 2 } },
      },
    ),
    split(),
    ...chains(),
  ];
}
