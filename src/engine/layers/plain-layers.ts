/** Layers without weights that Keras has and tf.js lacks, under the names that the rules in `formats` give them. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { type Resampling, resamplingMatrix } from '../../core/images/resampling-matrix.ts';
import { asPair } from '../../formats/layers/kinds/built-layer.ts';

type Settings = tf.serialization.ConfigDict;

/** @param shapeOf the result's shape, from the input's; by default they are the same */
export function register(
  className: string,
  compute: (x: tf.Tensor, settings: Settings) => tf.Tensor,
  shapeOf: (input: tfl.Shape, settings: Settings) => tfl.Shape = (input) => input,
): void {
  class Plain extends tfl.layers.Layer {
    static readonly className = className;
    readonly #settings: Settings;

    constructor(settings: Settings) {
      super(settings);
      this.#settings = settings;
    }

    override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
      return shapeOf(inputShape, this.#settings);
    }

    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.tidy(() => compute((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor, this.#settings));
    }

    override getConfig(): Settings {
      return { ...this.#settings, ...super.getConfig() };
    }
  }
  tf.serialization.registerClass(Plain);
}

/** Keras' global pooling with `keepdims`: one value per channel, laid out as a grid of a single cell. */
const singleCell = (input: tfl.Shape): tfl.Shape => [input[0] ?? null, 1, 1, input[3] ?? null];
register('GlobalAveragePooling2DKeepDims', (x) => tf.mean(x, [1, 2], true), singleCell);
register('GlobalMaxPooling2DKeepDims', (x) => tf.max(x, [1, 2], true), singleCell);

/** Keras never divides by less than this. */
const LEAST_SQUARES = 1e-12;

/** Each vector along the axes is made one long. */
register('UnitNormalization', (x, { axis }) => {
  const axes = (Array.isArray(axis) ? axis : [axis ?? -1]).map(Number);
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), axes, true), LEAST_SQUARES)));
});

/** ShuffleNet's channel shuffle (Zhang et al., CVPR 2018): the first channel of every group, then the second of every group, and so on. */
register(
  'InterleavedGroups',
  (x, { groups }) => {
    const channels = x.shape.at(-1) ?? 1;
    const apart = tf.reshape(x, [x.size / channels, Number(groups), channels / Number(groups)]);
    return tf.reshape(tf.transpose(apart, [0, 2, 1]), x.shape);
  },
  (input, { groups, name }) => {
    const channels = input.at(-1) ?? 0;
    if (channels % Number(groups) === 0) return input;
    throw new AppError(
      'model-unsupported',
      `The layer ${String(name)} mixes ${channels} channels of ${String(groups)} groups, which does not come out even; please save the model again.`,
    );
  },
);

/** Enlarged otherwise than by repetition: by a product with a matrix along each axis, whose gradient every backend gets right. */
register(
  'SmoothUpSampling2D',
  (x, { size, interpolation }) => {
    const [batch = 1, rows = 1, columns = 1, channels = 1] = x.shape;
    const [down, across] = asPair(size, 2);
    const resampling = {
      interpolation: interpolation as Resampling['interpolation'],
      isAntialiased: false,
      alignment: 'half-pixel',
    } as const;
    const matrix = (length: number, factor: number) =>
      tf.tensor3d(resamplingMatrix(length, length * factor, { from: 0, length }, resampling), [1, length * factor, length]);
    const tall = tf.matMul(matrix(rows, down), tf.reshape(x, [batch, rows, columns * channels]));
    const wide = tf.matMul(matrix(columns, across), tf.reshape(tall, [batch * rows * down, columns, channels]));
    return tf.reshape(wide, [batch, rows * down, columns * across, channels]);
  },
  ([batch = null, rows, columns, channels = null], { size }) => {
    const [down, across] = asPair(size, 2);
    return [batch, rows ? rows * down : null, columns ? columns * across : null, channels];
  },
);
