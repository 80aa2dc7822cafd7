/**
 * Keras' convolutions with settings that tf.js' own layers ignore: groups, the dilation of a depthwise one, the dilation and the output
 * padding of a transposed one. They take the place of tf.js' under the same names, and say what shapes follow from these settings; what is
 * computed stands in `convolution-operation.ts`.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { asPair } from '../../formats/layers/kinds/built-layer.ts';
import { transposedSideOf, windowOf } from '../../formats/layers/kinds/convolution-geometry.ts';

type LayerClass = tf.serialization.SerializableConstructor<tfl.layers.Layer>;

function classOf(layer: tfl.layers.Layer): LayerClass {
  return layer.constructor as LayerClass;
}

const SMALL = { filters: 1, kernelSize: 1 } as const;
const Convolution = classOf(tfl.layers.conv2d(SMALL));
const Depthwise = classOf(tfl.layers.depthwiseConv2d(SMALL));
const Transposed = classOf(tfl.layers.conv2dTranspose(SMALL));

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
    const [rows, columns] = lengths
      .slice(0, 2)
      .map((length, side) => (length ? transposedSideOf(this.getConfig(), length, side as 0 | 1).out : null));
    return [batch, rows ?? null, columns ?? null, Number(this.getConfig().filters)];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#own };
  }
}

tf.serialization.registerClass(GroupedConvolution);
tf.serialization.registerClass(DilatedDepthwise);
tf.serialization.registerClass(PaddedTransposed);
