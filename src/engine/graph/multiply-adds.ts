/**
 * What a layer costs for one picture, in multiplications with an addition. Convolutions and matrix products are counted; what only passes
 * over its values once (normalising, adding, pooling) is not: it is a matter of memory, not of arithmetic.
 */
import type * as tfl from '@tensorflow/tfjs-layers';

type Shape = readonly (number | null)[];

function product(sides: Shape): number {
  return sides.reduce<number>((all, side) => all * (side ?? 1), 1);
}

/**
 * @param input the shape of the layer's first input, `[null, ...]`
 * @param output the shape of its result
 */
export function multiplyAdds(layer: tfl.layers.Layer, input: Shape, output: Shape): number {
  // A product with a matrix along the rows, then along the columns.
  if (layer.getClassName() === 'Resizing') return product([output[1] ?? 1, ...input]) + product(output) * (input[2] ?? 1);
  // Every value of the result takes one product per weight that leads to it.
  const kernels = layer.weights.filter(({ shape }) => shape.length >= 2).map(({ shape }) => shape);
  const [first, second] = kernels;
  if (!first) return 0;
  switch (layer.getClassName()) {
    case 'Conv2D':
      return product(output) * product(first.slice(0, 3));
    case 'Dense':
      return product(output) * (first[0] ?? 1);
    case 'DepthwiseConv2D':
      return product(output) * product(first.slice(0, 2));
    case 'SeparableConv2D': {
      const cells = product(output.slice(0, -1));
      return cells * product(first) + (second ? cells * product(second) : 0);
    }
    case 'Conv2DTranspose':
      return product(input.slice(0, -1)) * product(first);
    default:
      return 0;
  }
}
