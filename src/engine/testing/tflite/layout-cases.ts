/** Operators that lay values out anew, take parts of them, or put them together. */
import type { TensorOf } from '../../../formats/testing/tflite/tflite-writer.ts';
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
  ];
}
