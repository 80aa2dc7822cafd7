/** Weights in fewer bits, and what they stand for. */
import type { TensorOf } from './tflite-writer.ts';

interface Quantized {
  readonly tensor: TensorOf;
  /** What its whole numbers stand for. */
  readonly floats: readonly number[];
}

/** With a scale for each place of a side, as converters quantise weights. */
export function quantized(shape: readonly number[], values: readonly number[], side: number): Quantized {
  const count = shape[side] ?? 1;
  const inner = shape.slice(side + 1).reduce((product, length) => product * length, 1);
  const placeOf = (i: number) => Math.floor(i / inner) % count;
  const most = new Array<number>(count).fill(0);
  values.forEach((value, i) => {
    most[placeOf(i)] = Math.max(most[placeOf(i)] ?? 0, Math.abs(value));
  });
  const scales = most.map((value) => value / 127 || 1);
  const whole = values.map((value, i) => Math.round(value / (scales[placeOf(i)] ?? 1)));
  return {
    tensor: { shape, type: 'int8', values: whole, quantization: { scales, side } },
    floats: whole.map((value, i) => value * Math.fround(scales[placeOf(i)] ?? 1)),
  };
}

/** Of values that are no smaller than halves are exact. */
export function nearestHalf(value: number): number {
  const step = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(value) || 1)) - 10);
  const [down, up] = [Math.floor(value / step), Math.ceil(value / step)];
  const isTie = value / step - down === 0.5;
  return (isTie ? (down % 2 === 0 ? down : up) : Math.round(value / step)) * step;
}
