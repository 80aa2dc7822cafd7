/**
 * DenseNets (Huang et al., CVPR 2017) from weights alone: under Keras' names, the names and shapes say all there is to know of the
 * architecture. The topology that comes out has the layers, and the layer names, of `keras.applications.densenet`.
 */
import { AppError } from '../../core/app-error.ts';
import { type Json, type ModelArtifacts, packArtifacts, type WeightValues } from '../network/artifacts.ts';
import type { NamedTensor } from '../network/named-tensor.ts';

/** A fully connected layer of the head. */
export interface HeadLayer {
  readonly name: string;
  /** `[features, units]` */
  readonly kernel: NamedTensor;
  readonly bias: NamedTensor | null;
  readonly activation: 'linear' | 'softmax';
}

export interface DenseNetWeights {
  /** `<layer>/<weight>`, such as `conv4_block3_1_conv/kernel`, in Keras' layout (`[rows, columns, in, out]`). */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** What follows the pooling; empty where the file stops there. */
  readonly head: readonly HeadLayer[];
  /** Added to variances: the weights do not say. torch's default is 1e-5, Keras' own DenseNets use 1.001e-5. */
  readonly epsilon: number;
}

/** Gathers layers and weights while the network is written down from top to bottom. */
class Builder {
  readonly layers: { readonly [key: string]: Json }[] = [];
  readonly weights: WeightValues[] = [];
  readonly #fileName: string;
  readonly #given: DenseNetWeights;
  /** How many channels each layer gives. */
  readonly #channels = new Map<string, number>();

  constructor(fileName: string, given: DenseNetWeights) {
    this.#fileName = fileName;
    this.#given = given;
  }

  /** The channels that these layers give together. */
  channelsOf(layers: readonly string[]): number {
    return layers.reduce((sum, layer) => sum + (this.#channels.get(layer) ?? 0), 0);
  }

  /** @param channels what the layer gives, where that is not simply all that goes in */
  layer(
    kind: string,
    name: string,
    inputs: readonly string[],
    config: { readonly [key: string]: Json } = {},
    channels = this.channelsOf(inputs),
  ): string {
    this.#channels.set(name, channels);
    const inbound: Json = inputs.length ? [inputs.map((input): Json => [input, 0, 0, {}])] : [];
    this.layers.push({ class_name: kind, name, config: { name, trainable: true, dtype: 'float32', ...config }, inbound_nodes: inbound });
    return name;
  }

  /** @param expected the tensor's shape; null where any side will do */
  #weight(name: string, expected: readonly (number | null)[]): readonly number[] {
    const found = this.#given.tensors.get(name);
    this.#check(name, found, expected);
    this.weights.push({ name, shape: found.shape, values: found.values });
    return found.shape;
  }

  #check(name: string, found: NamedTensor | undefined, expected: readonly (number | null)[]): asserts found is NamedTensor {
    if (found && found.shape.length === expected.length && expected.every((side, i) => side === null || side === found.shape[i])) return;
    const wanted = expected.map((side) => side ?? 'any').join(', ');
    const fault = found ? `has the shape [${found.shape.join(', ')}] and not [${wanted}]` : 'is missing';
    throw new AppError(
      'model-unsupported',
      `In ${this.#fileName} the tensor ${found?.source ?? name} ${fault}; please give the weights of a DenseNet-121, 161, 169 or 201, or a whole model.`,
    );
  }

  /** A weight that no layer has taken would belong to another network, whose values this one does not give. */
  refuseOthers(): void {
    const taken = new Set(this.weights.map(({ name }) => name));
    const [, other] = [...this.#given.tensors].find(([name]) => !taken.has(name)) ?? [];
    if (other)
      throw new AppError(
        'model-unsupported',
        `In ${this.#fileName} the tensor ${other.source} has no place in a DenseNet; please give the whole network as a Keras or TensorFlow.js model.`,
      );
  }

  convolution(name: string, input: string, side: number, change: { readonly [key: string]: Json } = {}): string {
    const filters = this.#weight(`${name}/kernel`, [side, side, this.channelsOf([input]), null])[3] ?? 0;
    const config = {
      filters,
      kernel_size: [side, side],
      strides: [1, 1],
      padding: 'same',
      data_format: 'channels_last',
      activation: 'linear',
      use_bias: false,
    };
    return this.layer('Conv2D', name, [input], { ...config, ...change }, filters);
  }

  normalisation(name: string, input: string): string {
    for (const own of ['gamma', 'beta', 'moving_mean', 'moving_variance']) this.#weight(`${name}/${own}`, [this.channelsOf([input])]);
    return this.layer('BatchNormalization', name, [input], {
      axis: 3,
      momentum: 0.99,
      epsilon: this.#given.epsilon,
      center: true,
      scale: true,
    });
  }

  relu(name: string, input: string): string {
    return this.layer('Activation', name, [input], { activation: 'relu' });
  }

  dense({ name, kernel, bias, activation }: HeadLayer, input: string): string {
    this.#check(name, kernel, [this.channelsOf([input]), null]);
    const units = kernel.shape[1] ?? 0;
    this.weights.push({ name: `${name}/kernel`, shape: kernel.shape, values: kernel.values });
    if (bias) {
      this.#check(name, bias, [units]);
      this.weights.push({ name: `${name}/bias`, shape: bias.shape, values: bias.values });
    }
    return this.layer('Dense', name, [input], { units, activation, use_bias: bias !== null }, units);
  }
}

/**
 * How many layers each block has: `conv2_block1_1_conv` to `conv2_block6_1_conv` make the first one six long. Blocks have a number of one
 * digit: four of them make every DenseNet that there is, and a number of many digits would make a list that fills the memory.
 */
function blockLengths(tensors: ReadonlyMap<string, NamedTensor>): number[] {
  const lengths: number[] = [];
  for (const name of tensors.keys()) {
    const [, block, layer] = /^conv([2-9])_block(\d+)_1_conv\/kernel$/.exec(name) ?? [];
    if (block !== undefined) lengths[Number(block) - 2] = Math.max(lengths[Number(block) - 2] ?? 0, Number(layer));
  }
  return Array.from(lengths, (length) => length ?? 0);
}

/** Zeros on every side, as the network pads its image and its first pooling. */
function margin(width: number): { readonly [key: string]: Json } {
  return {
    padding: [
      [width, width],
      [width, width],
    ],
    data_format: 'channels_last',
  };
}

/**
 * @param fileName what to call the weights in errors
 * @returns a network that takes images of any size
 * @throws AppError `model-unsupported` naming the file and the first tensor that does not fit
 */
export function denseNet(fileName: string, given: DenseNetWeights): ModelArtifacts {
  const build = new Builder(fileName, given);
  const blocks = blockLengths(given.tensors);
  let x = build.layer('InputLayer', 'input_layer', [], { batch_input_shape: [null, null, null, 3], sparse: false }, 3);
  x = build.layer('ZeroPadding2D', 'zero_padding2d', [x], margin(3));
  x = build.convolution('conv1_conv', x, 7, { strides: [2, 2], padding: 'valid' });
  x = build.relu('conv1_relu', build.normalisation('conv1_bn', x));
  // After a ReLU, padding with zeros is what torch's padding with minus infinity amounts to.
  x = build.layer('ZeroPadding2D', 'zero_padding2d_1', [x], margin(1));
  x = build.layer('MaxPooling2D', 'pool1', [x], { pool_size: [3, 3], strides: [2, 2], padding: 'valid', data_format: 'channels_last' });

  for (const [b, length] of blocks.entries()) {
    for (let i = 1; i <= length; i++) {
      const name = `conv${b + 2}_block${i}`;
      let inner = build.relu(`${name}_0_relu`, build.normalisation(`${name}_0_bn`, x));
      inner = build.convolution(`${name}_1_conv`, inner, 1);
      inner = build.relu(`${name}_1_relu`, build.normalisation(`${name}_1_bn`, inner));
      inner = build.convolution(`${name}_2_conv`, inner, 3);
      x = build.layer('Concatenate', `${name}_concat`, [x, inner], { axis: 3 });
    }
    if (b === blocks.length - 1) break;
    const pool = `pool${b + 2}`;
    x = build.relu(`${pool}_relu`, build.normalisation(`${pool}_bn`, x));
    x = build.convolution(`${pool}_conv`, x, 1);
    x = build.layer('AveragePooling2D', `${pool}_pool`, [x], {
      pool_size: [2, 2],
      strides: [2, 2],
      padding: 'valid',
      data_format: 'channels_last',
    });
  }
  x = build.relu('relu', build.normalisation('bn', x));
  x = build.layer('GlobalAveragePooling2D', 'avg_pool', [x], { data_format: 'channels_last' });
  for (const layer of given.head) x = build.dense(layer, x);
  build.refuseOthers();

  const config = {
    name: 'densenet',
    trainable: true,
    layers: build.layers,
    input_layers: [['input_layer', 0, 0]],
    output_layers: [[x, 0, 0]],
  };
  return packArtifacts({ class_name: 'Functional', config }, build.weights);
}
