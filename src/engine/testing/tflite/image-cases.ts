/** Operators with windows, and those that give images another size. */
import type { TableOf } from '../../../formats/testing/tflite/flatbuffer-writer.ts';
import * as reference from '../reference/tflite-operators.ts';
import type { Shape, Values } from '../reference/values.ts';
import { floats, numbers, single, type TfliteCase, wholes } from './tflite-case.ts';

const PADDINGS = { SAME: 0, VALID: 1 } as const;

function windowOptions(padding: reference.Padding, [down, across]: reference.Pair, more: TableOf = {}): TableOf {
  return { 0: { int8: PADDINGS[padding] }, 1: { int32: across }, 2: { int32: down }, ...more };
}

function convolutions(): TfliteCase[] {
  const settings: [string, reference.Padding, reference.Pair, reference.Pair, Shape][] = [
    ['of the same size', 'SAME', [1, 1], [1, 1], [4, 3, 3, 3]],
    ['in steps, of even sides', 'SAME', [2, 2], [1, 1], [4, 3, 2, 3]],
    ['in other steps across', 'VALID', [1, 2], [1, 1], [4, 2, 3, 3]],
    ['dilated', 'SAME', [1, 1], [2, 1], [4, 3, 3, 3]],
    ['in groups', 'VALID', [1, 1], [1, 1], [6, 3, 3, 1]],
  ];
  return settings.map(([name, padding, strides, dilations, shape]) => {
    const [kernel, bias] = [numbers(shape), numbers([shape[0] ?? 1], 2)];
    const more = { 3: { int8: 0 }, 4: { int32: dilations[1] }, 5: { int32: dilations[0] } };
    return single(name, 'CONV_2D', (x) => reference.convolution(x, kernel, [...bias.data], { strides, dilations, padding }), {
      tensors: { w: floats(kernel), b: floats(bias) },
      options: windowOptions(padding, strides, more),
    });
  });
}

function depthwise(): TfliteCase[] {
  const settings: [string, reference.Padding, reference.Pair, number][] = [
    ['of each channel', 'SAME', [2, 2], 1],
    ['with two results of each', 'VALID', [1, 1], 2],
  ];
  return settings.map(([name, padding, strides, multiplier]) => {
    const kernel = numbers([1, 3, 3, 3 * multiplier]);
    return single(name, 'DEPTHWISE_CONV_2D', (x) => reference.depthwise(x, kernel, [], { strides, padding }), {
      tensors: { w: floats(kernel) },
      inputs: ['image', 'w', ''],
      options: windowOptions(padding, strides, { 3: { int32: multiplier }, 4: { int8: 0 } }),
    });
  });
}

function transposed(): TfliteCase[] {
  const settings: [reference.Padding, Shape, reference.Pair, reference.Pair][] = [
    ['SAME', [4, 3, 3, 3], [14, 12], [2, 2]],
    ['SAME', [4, 3, 3, 3], [13, 11], [2, 2]],
    ['VALID', [4, 3, 2, 3], [15, 12], [2, 2]],
    ['VALID', [4, 2, 2, 3], [8, 7], [1, 1]],
  ];
  return settings.map(([padding, shape, size, strides]) => {
    const kernel = numbers(shape);
    const expected = (x: Values) => reference.transposedConvolution(x, kernel, size, strides, padding);
    return single(`${padding} to ${size.join(' × ')}`, 'TRANSPOSE_CONV', expected, {
      tensors: { size: wholes([4], 1, ...size, 4), w: floats(kernel) },
      inputs: ['size', 'w', 'image'],
      options: windowOptions(padding, strides),
    });
  });
}

function poolings(): TfliteCase[] {
  const settings: [reference.Padding, reference.Pair, reference.Pair][] = [
    ['SAME', [3, 3], [2, 2]],
    ['VALID', [2, 3], [2, 1]],
  ];
  return (['mean', 'max'] as const).flatMap((kind) =>
    settings.map(([padding, taps, strides]) =>
      single(padding, kind === 'max' ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D', (x) => reference.pooling(x, kind, { taps, strides, padding }), {
        options: windowOptions(padding, strides, { 3: { int32: taps[1] }, 4: { int32: taps[0] } }),
      }),
    ),
  );
}

function resizings(): TfliteCase[] {
  const alignments = { edges: [0, 0], corners: [1, 0], 'half-pixels': [0, 1] } as const;
  return (['linear', 'nearest'] as const).flatMap((kind) =>
    (Object.keys(alignments) as reference.Alignment[]).flatMap((alignment) =>
      (
        [
          [14, 12],
          [5, 9],
        ] as const
      ).flatMap((size) => {
        const [aligns, halves] = alignments[alignment];
        const fields: TableOf =
          kind === 'linear' ? { 2: { int8: aligns }, 3: { int8: halves } } : { 0: { int8: aligns }, 1: { int8: halves } };
        return single(
          `${alignment} to ${size.join(' × ')}`,
          kind === 'linear' ? 'RESIZE_BILINEAR' : 'RESIZE_NEAREST_NEIGHBOR',
          (x) => reference.resized(x, size, kind, alignment),
          { tensors: { size: wholes([2], ...size) }, options: fields },
        );
      }),
    ),
  );
}

export function imageCases(): TfliteCase[] {
  return [...convolutions(), ...depthwise(), ...transposed(), ...poolings(), ...resizings()];
}
