/** Numbers that the file has for each place of an image. */
import { type NodeOf, ONNX_TYPES, tensor } from '../../../formats/testing/onnx/onnx-writer.ts';
import type { ImageShape, OnnxCase } from './onnx-case.ts';

/** Without a pattern, and never near zero. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((i * 37) % 23) / 10 - 1.15);
}

/** @param sides of what is given, without the batch */
function ofPlaces(
  name: string,
  kind: string,
  sides: ImageShape,
  isFlipped: boolean,
  compute: (value: number, given: number) => number,
): OnnxCase {
  const given = numbers(sides[0] * sides[1] * sides[2]);
  return {
    name,
    nodes: [{ kind, inputs: isFlipped ? ['given', 'x'] : ['x', 'given'], outputs: ['y'] }],
    tensors: [tensor('given', sides, given)],
    expected: (x, [, rows, columns]) =>
      x.map((value, i) => {
        const place = [Math.floor(i / rows / columns), Math.floor(i / columns) % rows, i % columns];
        const at = place.reduce((before, along, side) => before * (sides[side] ?? 1) + (sides[side] === 1 ? 0 : along), 0);
        return compute(value, given[at] ?? Number.NaN);
      }),
  };
}

function beside(name: string, inputs: readonly string[], tensors: Readonly<Record<string, readonly number[]>>): OnnxCase {
  const node: NodeOf = { kind: 'Concat', inputs, outputs: ['y'], attributes: { axis: 1 } };
  return {
    name,
    nodes: [node],
    tensors: Object.entries(tensors).map(([own, values]) => tensor(own, [1, values.length / 35, 5, 7], values)),
    expected: (x) => inputs.flatMap((input) => (input === 'x' ? Array.from(x) : (tensors[input] ?? []))),
  };
}

export function placeCases(): OnnxCase[] {
  return [
    ofPlaces('Add of a number for each value', 'Add', [3, 5, 7], false, (value, given) => value + given),
    ofPlaces('Sub of a number for each cell', 'Sub', [1, 5, 7], false, (value, given) => value - given),
    ofPlaces('Sub from a number for each value', 'Sub', [3, 5, 7], true, (value, given) => given - value),
    ofPlaces('Mul by a number for each row of a channel', 'Mul', [3, 5, 1], false, (value, given) => value * given),
    ofPlaces('Div by a number for each value', 'Div', [3, 5, 7], false, (value, given) => value / given),
    {
      name: 'MaxPool over what is padded by minus infinity',
      nodes: [
        { kind: 'Neg', inputs: ['x'], outputs: ['n'] },
        { kind: 'Pad', inputs: ['n', 'pads', 'value'], outputs: ['p'] },
        { kind: 'MaxPool', inputs: ['p'], outputs: ['y'], attributes: { kernel_shape: [2, 1] } },
      ],
      tensors: [tensor('pads', [8], [0, 0, 1, 0, 0, 0, 0, 0], { type: ONNX_TYPES.int64 }), tensor('value', [], [Number.NEGATIVE_INFINITY])],
      expected: (x, [, rows, columns]) =>
        x.map((value, i) => 0 - (Math.floor(i / columns) % rows === 0 ? value : Math.min(value, x[i - columns] ?? value))),
    },
    beside('Concat with coordinates', ['x', 'places'], { places: numbers(70) }),
    beside('Concat with zeros, and with one more channel before', ['ones', 'x', 'zeros'], {
      ones: numbers(35).map(() => 0.5),
      zeros: numbers(140).map(() => 0),
    }),
  ];
}
