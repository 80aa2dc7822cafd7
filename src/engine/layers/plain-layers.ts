/** Layers without weights that Keras has and tf.js lacks, under the names that the rules in `formats` give them. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { type Resampling, resamplingMatrix } from '../../core/images/resampling-matrix.ts';
import { asPair, axesIn } from '../../formats/layers/kinds/built-layer.ts';

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

const REDUCTIONS = { max: tf.max, mean: tf.mean, min: tf.min, sum: tf.sum } as const;

/** One value of all along some axes, counted with the batch. */
register(
  'Reduction',
  (x, { function: name, axes, keepdims }) => REDUCTIONS[name as keyof typeof REDUCTIONS](x, axesIn(axes, x.rank), keepdims === true),
  (input, { axes, keepdims, name }) => {
    const reduced = axesIn(axes, input.length);
    if (!reduced.every((axis) => axis > 0 && axis < input.length))
      throw new AppError(
        'model-unsupported',
        `The layer ${String(name)} takes values together along axes that its input has not, or those of several images; please save the model again.`,
      );
    const isReduced = (axis: number) => reduced.includes(axis);
    return keepdims === true ? input.map((side, axis) => (isReduced(axis) ? 1 : side)) : input.filter((_, axis) => !isReduced(axis));
  },
);

/** The channels that count in a window of so many, for each: as many before it as after, and one more after where that does not come out even. */
function channelsNear(channels: number, size: number): tf.Tensor2D {
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const near = new Float32Array(channels * channels);
  for (let of = 0; of < channels; of++)
    for (let by = Math.max(0, of - before); by <= Math.min(channels - 1, of + after); by++) near[by * channels + of] = 1;
  return tf.tensor2d(near, [channels, channels]);
}

/** AlexNet's normalisation (Krizhevsky et al., NIPS 2012): by the squares of neighbouring channels. A product with a matrix, as WASM lacks it. */
register('LocalResponseNormalization', (x, { size, alpha, beta, bias }) => {
  const channels = x.shape.at(-1) ?? 1;
  const squares = tf.matMul(tf.reshape(tf.square(x), [-1, channels]), channelsNear(channels, Number(size)));
  const divisor = tf.add(tf.mul(tf.reshape(squares, x.shape), Number(alpha) / Number(size)), Number(bias));
  return tf.mul(x, tf.pow(divisor, -Number(beta)));
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
