/** Pooling as PyTorch and ONNX have it, which neither Keras nor tf.js knows: padded on every side by itself, rounded up, or to a given size. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { asPair } from '../../formats/layers/kinds/built-layer.ts';
import { adaptiveWindows, cellCounts, type PooledSide, pooledSide } from '../../formats/layers/kinds/pooling-geometry.ts';
import { register } from './plain-layers.ts';

type Settings = tf.serialization.ConfigDict;

function sidesOf(x: tf.Tensor, settings: Settings): [PooledSide, PooledSide] {
  return [pooledSide(settings, x.shape[1] ?? 1, 0), pooledSide(settings, x.shape[2] ?? 1, 1)];
}

const pooledShape = ([batch = null, rows, columns, channels = null]: tfl.Shape, settings: Settings): tfl.Shape => [
  batch,
  rows ? pooledSide(settings, rows, 0).out : null,
  columns ? pooledSide(settings, columns, 1).out : null,
  channels,
];

/** What was padded is never the maximum. */
register(
  'PaddedMaxPooling2D',
  (x, settings) => {
    const [down, across] = sidesOf(x, settings);
    const padding: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [down.before, down.after],
      [across.before, across.after],
      [0, 0],
    ];
    return tf.maxPool(x as tf.Tensor4D, [down.window, across.window], [down.stride, across.stride], padding);
  },
  pooledShape,
);

/** What was padded counts as zero, or not at all; what a window has beyond that never counts. */
register(
  'PaddedAveragePooling2D',
  (x, settings) => {
    const [down, across] = sidesOf(x, settings);
    const [, rows = 1, columns = 1] = x.shape;
    const padded = tf.pad(x, [
      [0, 0],
      [down.before, down.after],
      [across.before, across.after],
      [0, 0],
    ]) as tf.Tensor4D;
    const mean = tf.avgPool(padded, [down.window, across.window], [down.stride, across.stride], 'valid');
    const countsPadding = settings.countIncludePad !== false;
    const counts = [cellCounts(down, rows, countsPadding), cellCounts(across, columns, countsPadding)] as const;
    const factors = counts[0].flatMap((high) => counts[1].map((wide) => (down.window * across.window) / (high * wide)));
    return factors.every((factor) => factor === 1) ? mean : tf.mul(mean, tf.tensor4d(factors, [1, down.out, across.out, 1]));
  },
  pooledShape,
);

/** `[1, out, length]`: a row for each window, to be multiplied with the values. */
function averaging(length: number, out: number): tf.Tensor3D {
  const values = new Float32Array(out * length);
  for (const [i, [from, to]] of adaptiveWindows(length, out).entries()) values.fill(1 / (to - from), i * length + from, i * length + to);
  return tf.tensor3d(values, [1, out, length]);
}

/** The mean of as many windows as are wanted, by a product with a matrix along each axis, whose gradient every backend gets right. */
register(
  'AdaptiveAveragePooling2D',
  (x, { outputSize }) => {
    const [batch = 1, rows = 1, columns = 1, channels = 1] = x.shape;
    const [down, across] = asPair(outputSize);
    if (down === rows && across === columns) return x.clone();
    const tall = tf.matMul(averaging(rows, down), tf.reshape(x, [batch, rows, columns * channels]));
    const wide = tf.matMul(averaging(columns, across), tf.reshape(tall, [batch * down, columns, channels]));
    return tf.reshape(wide, [batch, down, across, channels]);
  },
  ([batch = null, , , channels = null], { outputSize }) => [batch, ...asPair(outputSize), channels],
);
