/**
 * Keras' convolutions with settings that tf.js' own layers ignore: groups, the dilation of a depthwise one, the dilation and the output padding of a
 * transposed one. They take the place of tf.js' under the same names, and say what shapes follow from these settings; what is computed stands in
 * `convolution-operation.ts`.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';

type LayerClass = tf.serialization.SerializableConstructor<tfl.layers.Layer>;

function classOf(layer: tfl.layers.Layer): LayerClass {
  return layer.constructor as LayerClass;
}

const SMALL = { filters: 1, kernelSize: 1 } as const;
const Convolution = classOf(tfl.layers.conv2d(SMALL));
const Depthwise = classOf(tfl.layers.depthwiseConv2d(SMALL));
const Transposed = classOf(tfl.layers.conv2dTranspose(SMALL));

/** A layer's setting for rows and columns, which may be written as one number for both. */
export function asPair(setting: unknown, otherwise = 1): [number, number] {
  const [rows, columns] = Array.isArray(setting) ? setting : [setting, setting];
  return [Number(rows ?? otherwise), Number(columns ?? otherwise)];
}

function sides(shape: tfl.Shape | tfl.Shape[]): (number | null)[] {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as (number | null)[];
}

/** Each filter sees one group of the channels: the kernel is `[rows, columns, channels / groups, filters]`. */
class GroupedConvolution extends Convolution {
  static override readonly className = 'Conv2D';
  readonly #groups: number;

  constructor(config: tf.serialization.ConfigDict) {
    super(config);
    this.#groups = Number(config.groups ?? 1);
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = sides(inputShape);
    const channels = shape.at(-1) ?? 0;
    if (channels % this.#groups !== 0) {
      throw new AppError(
        'model-unsupported',
        `The layer ${this.name} takes ${channels} channels in ${this.#groups} groups, which does not come out even; please save the model again.`,
      );
    }
    super.build([...shape.slice(0, -1), channels / this.#groups]);
    // It would expect the channels of one group.
    if (this.#groups > 1) this.inputSpec = null as unknown as typeof this.inputSpec;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.#groups };
  }
}

/** The taps of a dilated filter, with the gaps between them. */
export function windowOf(taps: number, rate: number): number {
  return (taps - 1) * rate + 1;
}

class DilatedDepthwise extends Depthwise {
  static override readonly className = 'DepthwiseConv2D';

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    const { kernelSize, strides, dilationRate, padding, depthMultiplier } = this.getConfig();
    const [batch = null, rows, columns, channels] = sides(inputShape);
    const [taps, steps, rates] = [asPair(kernelSize), asPair(strides), asPair(dilationRate)];
    const [outRows, outColumns] = [rows, columns].map((length, side) => {
      if (length === null || length === undefined) return null;
      const room = padding === 'same' ? length : length - windowOf(taps[side] ?? 1, rates[side] ?? 1) + 1;
      return Math.ceil(room / (steps[side] ?? 1));
    });
    return [batch, outRows ?? null, outColumns ?? null, channels ? channels * Number(depthMultiplier) : null];
  }
}

/** One side of a transposed convolution. */
export interface TransposedSide {
  /** All that the taps reach. */
  readonly whole: number;
  /** What of it is the result: so many cells after the first so many. Beyond what the taps reach it is zero. */
  readonly out: number;
  readonly before: number;
}

/** As Keras and TensorFlow have it. @param outputPadding null: the length follows from the stride */
function transposedSide(
  length: number,
  window: number,
  stride: number,
  padding: 'same' | 'valid',
  outputPadding: number | null,
): TransposedSide {
  const whole = (length - 1) * stride + window;
  if (padding === 'valid')
    return { whole, out: outputPadding === null ? Math.max(whole, length * stride) : whole + outputPadding, before: 0 };
  const out = outputPadding === null ? length * stride : whole - 2 * Math.floor(window / 2) + outputPadding;
  return { whole, out, before: Math.floor(Math.max(0, whole - out) / 2) };
}

class PaddedTransposed extends Transposed {
  static override readonly className = 'Conv2DTranspose';
  readonly #own: { readonly outputPadding: [number, number] | null; readonly dilationRate: [number, number] };

  constructor(config: tf.serialization.ConfigDict) {
    super(config);
    const { outputPadding, dilationRate } = config;
    const isGiven = outputPadding !== null && outputPadding !== undefined;
    this.#own = { outputPadding: isGiven ? asPair(outputPadding) : null, dilationRate: asPair(dilationRate) };
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    const [batch = null, ...lengths] = sides(inputShape);
    const [rows, columns] = lengths.slice(0, 2).map((length, side) => (length ? transposedSideOf(this, length, side as 0 | 1).out : null));
    return [batch, rows ?? null, columns ?? null, Number(this.getConfig().filters)];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#own };
  }
}

/** @param side 0: rows, 1: columns */
export function transposedSideOf(layer: tfl.layers.Layer, length: number, side: 0 | 1): TransposedSide {
  const { kernelSize, strides, dilationRate, padding, outputPadding } = layer.getConfig();
  const window = windowOf(asPair(kernelSize)[side], asPair(dilationRate)[side]);
  const extra = outputPadding === null || outputPadding === undefined ? null : asPair(outputPadding)[side];
  return transposedSide(length, window, asPair(strides)[side], padding === 'same' ? 'same' : 'valid', extra);
}

tf.serialization.registerClass(GroupedConvolution);
tf.serialization.registerClass(DilatedDepthwise);
tf.serialization.registerClass(PaddedTransposed);
