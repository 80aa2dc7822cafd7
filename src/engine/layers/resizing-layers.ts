/**
 * Keras' layers Resizing and CenterCrop. tf.js has layers of these names, which compute otherwise (its corners lie elsewhere); these take
 * their place. Resizing is a product with a matrix along each axis, so that its gradient is right on every backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type Resampling, resamplingMatrix, type Window } from '../../core/images/resampling-matrix.ts';

interface Size {
  readonly height: number;
  readonly width: number;
}

interface Windows {
  readonly rows: Window;
  readonly columns: Window;
}

function whole({ height, width }: Size): Windows {
  return { rows: { from: 0, length: height }, columns: { from: 0, length: width } };
}

/** As TensorFlow works it out: in single precision, then cut to a whole number. */
function ratio(side: number, numerator: number, denominator: number): number {
  return Math.trunc(Math.fround(Math.fround(side * numerator) / denominator));
}

/** The largest part of the middle that has the target's shape. */
function cropped(source: Size, target: Size): Windows {
  const height = Math.max(1, Math.min(source.height, ratio(source.width, target.height, target.width)));
  const width = Math.max(1, Math.min(source.width, ratio(source.height, target.width, target.height)));
  return {
    rows: { from: Math.trunc((source.height - height) / 2), length: height },
    columns: { from: Math.trunc((source.width - width) / 2), length: width },
  };
}

/** With bars of equal width on both sides, up to the target's shape. */
function padded(source: Size, target: Size): Windows {
  const bar = (wanted: number, side: number) => Math.max(0, Math.trunc((wanted - side) / 2));
  const above = bar(ratio(source.width, target.height, target.width), source.height);
  const before = bar(ratio(source.height, target.width, target.height), source.width);
  return {
    rows: { from: -above, length: source.height + 2 * above },
    columns: { from: -before, length: source.width + 2 * before },
  };
}

function isWhole({ from, length }: Window, side: number): boolean {
  return from === 0 && length === side;
}

/** `[batch, rows, columns, channels]` resized to the target; what is outside of the windows counts as zero. */
function resized(x: tf.Tensor4D, target: Size, { rows, columns }: Windows, resampling: Resampling): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const isSame = target.height === height && target.width === width && isWhole(rows, height) && isWhole(columns, width);
  // Not even smoothed: TensorFlow leaves such images alone.
  if (isSame) return x.clone();
  const matrix = (source: number, side: number, window: Window) =>
    tf.tensor2d(resamplingMatrix(source, side, window, resampling), [side, source]);
  const down = tf.matMul(matrix(height, target.height, rows), tf.reshape(x, [batch, height, width * channels]) as tf.Tensor);
  const across = tf.matMul(matrix(width, target.width, columns), tf.reshape(down, [batch * target.height, width, channels]) as tf.Tensor);
  return tf.reshape(across, [batch, target.height, target.width, channels]);
}

interface ResizingConfig extends Size {
  readonly interpolation: Resampling['interpolation'];
  readonly antialias?: boolean;
  readonly cropToAspectRatio?: boolean;
  readonly padToAspectRatio?: boolean;
  readonly fillValue?: number;
  /** Not of Keras: how TensorFlow's older operations align pixels. */
  readonly alignment?: Resampling['alignment'];
}

abstract class ToSize<Config extends Size> extends tfl.layers.Layer {
  readonly settings: Config;

  constructor(config: Config) {
    super(config as object);
    this.settings = config;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    if (inputShape.length !== 4) throw new Error(`${this.name} takes images, not ${inputShape.slice(1).join(' × ')} values`);
    return [inputShape[0] ?? null, this.settings.height, this.settings.width, inputShape[3] ?? null];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.compute((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.settings, ...super.getConfig() } as tf.serialization.ConfigDict;
  }

  protected abstract compute(x: tf.Tensor4D): tf.Tensor4D;
}

class Resizing extends ToSize<ResizingConfig> {
  static readonly className = 'Resizing';

  protected override compute(x: tf.Tensor4D): tf.Tensor4D {
    const {
      interpolation,
      antialias = false,
      cropToAspectRatio,
      padToAspectRatio,
      fillValue = 0,
      alignment = 'half-pixel',
    } = this.settings;
    const source: Size = { height: x.shape[1], width: x.shape[2] };
    const resampling = { interpolation, isAntialiased: antialias, alignment };
    if (cropToAspectRatio) return resized(x, this.settings, cropped(source, this.settings), resampling);
    if (!padToAspectRatio) return resized(x, this.settings, whole(source), resampling);
    // Weights add up to one, so that the bars' value may as well be taken off before, and added afterwards.
    return tf.add(resized(tf.sub(x, fillValue), this.settings, padded(source, this.settings), resampling), fillValue);
  }
}

class CenterCrop extends ToSize<Size> {
  static readonly className = 'CenterCrop';

  protected override compute(x: tf.Tensor4D): tf.Tensor4D {
    const { height, width } = this.settings;
    const [batch, rows, columns, channels] = x.shape;
    if (rows < height || columns < width) {
      const windows = cropped({ height: rows, width: columns }, this.settings);
      return resized(x, this.settings, windows, { interpolation: 'bilinear', isAntialiased: false, alignment: 'half-pixel' });
    }
    const start: [number, number, number, number] = [0, Math.trunc((rows - height) / 2), Math.trunc((columns - width) / 2), 0];
    return tf.slice(x, start, [batch, height, width, channels]);
  }
}

tf.serialization.registerClass(Resizing);
tf.serialization.registerClass(CenterCrop);
