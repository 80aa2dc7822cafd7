/** One value of all along some sides. */
import { type AttributeOf, tensor } from '../../../formats/testing/onnx/onnx-writer.ts';
import type { ImageShape, OnnxCase } from './onnx-case.ts';

type Values = readonly number[];

const sum = (values: Values) => values.reduce((total, value) => total + value, 0);

const FUNCTIONS: Readonly<Record<string, (values: Values) => number>> = {
  ReduceL1: (values) => sum(values.map(Math.abs)),
  ReduceL2: (values) => Math.sqrt(sum(values.map((value) => value ** 2))),
  ReduceLogSum: (values) => Math.log(sum(values)),
  ReduceLogSumExp: (values) => Math.log(sum(values.map(Math.exp))),
  ReduceSumSquare: (values) => sum(values.map((value) => value ** 2)),
};

/** @param taken the sides that are taken together, without the batch */
function reduced(
  x: Float64Array,
  [channels, rows, columns]: ImageShape,
  taken: readonly [boolean, boolean, boolean],
  compute: (values: Values) => number,
): number[] {
  const groups = new Map<string, number[]>();
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const key = [channel, row, column].filter((_, side) => !taken[side]).join();
        const group = groups.get(key) ?? [];
        group.push(x[(channel * rows + row) * columns + column] ?? 0);
        groups.set(key, group);
      }
  return [...groups.values()].map(compute);
}

/** Values of both signs, or for a logarithm of a sum above zero. */
function ofSides(
  kind: string,
  sides: string,
  axes: readonly number[],
  taken: readonly [boolean, boolean, boolean],
  attributes: Readonly<Record<string, AttributeOf>>,
): OnnxCase {
  const least = kind === 'ReduceLogSum' ? -0.1 : 0.5;
  return {
    name: `${kind} of ${sides}`,
    nodes: [
      { kind: 'Sub', inputs: ['x', 'least'], outputs: ['v'] },
      { kind, inputs: ['v'], outputs: ['y'], attributes: { axes, ...attributes } },
    ],
    tensors: [tensor('least', [], [least])],
    expected: (x, shape) =>
      reduced(
        x.map((value) => value - least),
        shape,
        taken,
        FUNCTIONS[kind] ?? sum,
      ),
  };
}

export function reductionCases(): OnnxCase[] {
  return [
    ...Object.keys(FUNCTIONS).flatMap((kind) => [
      ofSides(kind, 'rows and columns', [2, 3], [false, true, true], {}),
      ofSides(kind, 'channels, which are gone', [1], [true, false, false], { keepdims: 0 }),
      ofSides(kind, 'columns', [-1], [false, false, true], {}),
    ]),
    {
      name: 'ReduceLogSumExp of what overflows',
      nodes: [
        { kind: 'Mul', inputs: ['x', 'much'], outputs: ['v'] },
        { kind: 'ReduceLogSumExp', inputs: ['v'], outputs: ['y'], attributes: { axes: [2, 3], keepdims: 0 } },
      ],
      tensors: [tensor('much', [], [500])],
      expected: (x, shape) =>
        reduced(x, shape, [false, true, true], (values) => {
          const most = 500 * Math.max(...values);
          return most + Math.log(sum(values.map((value) => Math.exp(500 * value - most))));
        }),
    },
  ];
}
