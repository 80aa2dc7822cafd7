/** Images with a border of something else than zeros, and tensors with more channels. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../core/app-error.ts';
import { register } from './plain-layers.ts';

type Ends = readonly [before: number, after: number];

function part(x: tf.Tensor, axis: number, start: number, length: number): tf.Tensor {
  const starts = x.shape.map((_, i) => (i === axis ? start : 0));
  return tf.slice(
    x,
    starts,
    x.shape.map((side, i) => (i === axis ? length : side)),
  );
}

/** What stands before and after along an axis, of the tensor's own values, by operations that have a gradient everywhere. */
function withBorder(x: tf.Tensor, axis: number, [before, after]: Ends, mode: string): tf.Tensor {
  const length = x.shape[axis] ?? 1;
  const border = (count: number, isBefore: boolean): tf.Tensor[] => {
    if (count === 0) return [];
    if (mode === 'edge') {
      const edge = part(x, axis, isBefore ? 0 : length - 1, 1);
      return Array.from({ length: count }, () => edge);
    }
    return [tf.reverse(part(x, axis, isBefore ? 1 : length - 1 - count, count), axis)];
  };
  const parts = [...border(before, true), x, ...border(after, false)];
  return parts.length === 1 ? x : tf.concat(parts, axis);
}

register(
  'Padding',
  (x, { padding, mode, value }) => {
    const ends = padding as unknown as readonly Ends[];
    if (mode === 'constant') return tf.pad(x, [[0, 0], ...ends.map(([before, after]): [number, number] => [before, after])], Number(value));
    return ends.reduce((bordered: tf.Tensor, each, i) => withBorder(bordered, i + 1, each, String(mode)), x);
  },
  ([batch = null, ...sides], { padding, mode, name }) => {
    const ends = padding as unknown as readonly Ends[];
    const isShort = (side: number | null, i: number) => side !== null && Math.max(...(ends[i] ?? [0])) >= side;
    if (mode === 'reflect' && sides.some(isShort))
      throw new AppError(
        'model-unsupported',
        `The layer ${String(name)} reflects more cells than there are; please give it larger images.`,
      );
    return [batch, ...sides.map((side, i) => (side === null ? null : side + (ends[i]?.[0] ?? 0) + (ends[i]?.[1] ?? 0)))];
  },
);
