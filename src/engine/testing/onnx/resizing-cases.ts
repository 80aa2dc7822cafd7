/** Images that get another size. */
import { type AttributeOf, ONNX_TYPES, tensor } from '../../../formats/testing/onnx/onnx-writer.ts';
import type { ImageShape, OnnxCase } from './onnx-case.ts';

/** Between the two nearest of a row, with half-pixel centres. */
function along(x: ArrayLike<number>, at: (i: number) => number, length: number, out: number): number[] {
  return Array.from({ length: out }, (_, i) => {
    const place = Math.min(length - 1, Math.max(0, ((i + 0.5) * length) / out - 0.5));
    const before = Math.floor(place);
    const share = place - before;
    return (x[at(before)] ?? 0) * (1 - share) + (x[at(Math.min(length - 1, before + 1))] ?? 0) * share;
  });
}

function enlarged(x: Float64Array, [channels, rows, columns]: ImageShape, size: readonly [number, number]): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    const lines = Array.from({ length: rows }, (__, row) => along(x, (i) => (channel * rows + row) * columns + i, columns, size[1]));
    const across = Array.from({ length: size[1] }, (__, column) =>
      along(
        lines.map((line) => line[column] ?? 0),
        (i) => i,
        rows,
        size[0],
      ),
    );
    return Array.from({ length: size[0] }, (__, row) => across.map((line) => line[row] ?? 0)).flat();
  }).flat();
}

function toSize(name: string, sizes: readonly number[], attributes: Readonly<Record<string, AttributeOf>>): OnnxCase {
  return {
    name,
    opset: 18,
    nodes: [{ kind: 'Resize', inputs: ['x', '', '', 'sizes'], outputs: ['y'], attributes: { mode: 'linear', ...attributes } }],
    tensors: [tensor('sizes', [sizes.length], sizes, { type: ONNX_TYPES.int64 })],
    expected: (x, shape) => enlarged(x, shape, [9, 11]),
  };
}

export function resizingCases(): OnnxCase[] {
  return [
    toSize('Resize of all sides', [1, 3, 9, 11], {}),
    toSize('Resize of rows and columns', [9, 11], { axes: [2, 3] }),
    toSize('Resize of columns and rows', [11, 9], { axes: [-1, -2] }),
    {
      ...toSize('Resize of columns alone, by a factor', [1], { axes: [3] }),
      nodes: [{ kind: 'Resize', inputs: ['x', '', 'factor'], outputs: ['y'], attributes: { mode: 'linear', axes: [3] } }],
      tensors: [tensor('factor', [1], [2])],
      expected: (x, shape) => enlarged(x, shape, [5, 14]),
    },
    {
      // Seven rows, and not six, as five times 1.4 is seven in float32 alone.
      name: 'Resize to a size worked out in float32',
      opset: 18,
      nodes: [
        { kind: 'Shape', inputs: ['x'], outputs: ['shape'] },
        { kind: 'Slice', inputs: ['shape', 'two', 'four'], outputs: ['cells'] },
        { kind: 'Cast', inputs: ['cells'], outputs: ['floats'], attributes: { to: 1 } },
        { kind: 'Mul', inputs: ['floats', 'factor'], outputs: ['larger'] },
        { kind: 'Floor', inputs: ['larger'], outputs: ['floor'] },
        { kind: 'Cast', inputs: ['floor'], outputs: ['size'], attributes: { to: 7 } },
        { kind: 'Resize', inputs: ['x', '', '', 'size'], outputs: ['y'], attributes: { mode: 'linear', axes: [2, 3] } },
      ],
      tensors: [
        tensor('factor', [], [1.4]),
        tensor('two', [1], [2], { type: ONNX_TYPES.int64 }),
        tensor('four', [1], [4], { type: ONNX_TYPES.int64 }),
      ],
      expected: (x, shape) => enlarged(x, shape, [7, 9]),
    },
  ];
}
