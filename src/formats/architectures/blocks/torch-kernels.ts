/** Weights of torch in the layout of Keras. They are turned when they are laid out, so that no network is held twice over. */
import type { WeightValues } from '../../network/artifacts.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';

/** @param shape of the result @param sourceOf where each value of the result stands in the tensor */
function turned(
  name: string,
  shape: readonly number[],
  { values }: NamedTensor,
  fill: (to: Float32Array, from: Float32Array) => void,
): WeightValues {
  return {
    name,
    shape,
    get values() {
      const result = new Float32Array(values.length);
      fill(result, values);
      return result;
    },
  };
}

/** So many filters are turned at a time: values that lie together are then read, and written, soon after each other. */
const TOGETHER = 64;

/** @param turn is called for filters from the first one to before the last one */
function inBlocks(filters: number, turn: (first: number, last: number) => void): void {
  for (let first = 0; first < filters; first += TOGETHER) turn(first, Math.min(filters, first + TOGETHER));
}

/** `[out, in, rows, columns]` becomes `[rows, columns, in, out]`. */
export function convolutionKernel(name: string, tensor: NamedTensor): WeightValues {
  const [filters = 0, channels = 0, rows = 1, columns = 1] = tensor.shape;
  const cells = rows * columns;
  return turned(name, [rows, columns, channels, filters], tensor, (to, from) => {
    inBlocks(filters, (first, last) => {
      for (let c = 0; c < channels; c++)
        for (let cell = 0; cell < cells; cell++)
          for (let f = first; f < last; f++) to[(cell * channels + c) * filters + f] = from[(f * channels + c) * cells + cell] ?? 0;
    });
  });
}

/** `[channels * multiplier, 1, rows, columns]` becomes `[rows, columns, channels, multiplier]`. */
export function depthwiseKernel(name: string, tensor: NamedTensor, multiplier: number): WeightValues {
  const [filters = 0, , rows = 1, columns = 1] = tensor.shape;
  const cells = rows * columns;
  return turned(name, [rows, columns, filters / multiplier, multiplier], tensor, (to, from) => {
    for (let f = 0; f < filters; f++) for (let cell = 0; cell < cells; cell++) to[cell * filters + f] = from[f * cells + cell] ?? 0;
  });
}

/**
 * `[out, in]` becomes `[in, out]`.
 *
 * @param cells of a map that was laid out as a vector before: torch does that channel by channel, Keras cell by cell
 */
export function linearKernel(name: string, tensor: NamedTensor, cells: number): WeightValues {
  const [units = 0, features = 0] = tensor.shape;
  const channels = features / cells;
  return turned(name, [features, units], tensor, (to, from) => {
    inBlocks(units, (first, last) => {
      for (let channel = 0; channel < channels; channel++)
        for (let cell = 0; cell < cells; cell++)
          for (let unit = first; unit < last; unit++)
            to[(cell * channels + channel) * units + unit] = from[unit * features + channel * cells + cell] ?? 0;
    });
  });
}
