/**
 * DenseNets (Huang et al., CVPR 2017) from weights alone: with torchvision's parameter names, the names and shapes say all there is to
 * know of the architecture. The topology that comes out has the layers, and the layer names, of `keras.applications.densenet`.
 */
import { AppError } from '../core/app-error.ts';
import { type Json, type ModelArtifacts, packArtifacts, type WeightValues } from './artifacts.ts';
import type { NamedTensor } from './safetensors.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

/** torch's default. Keras' own DenseNets use 1.001e-5. */
const TORCH_EPSILON = 1e-5;

/** Gathers layers and weights while the network is written down from top to bottom. */
class Builder {
  readonly layers: { readonly [key: string]: Json }[] = [];
  readonly weights: WeightValues[] = [];
  readonly #fileName: string;
  readonly #tensors: Tensors;
  /** How many channels each layer gives. */
  readonly #channels = new Map<string, number>();

  constructor(fileName: string, tensors: Tensors) {
    this.#fileName = fileName;
    this.#tensors = tensors;
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
  tensor(name: string, expected: readonly (number | null)[]): NamedTensor {
    const found = this.#tensors.get(name);
    if (found && found.shape.length === expected.length && expected.every((side, i) => side === null || side === found.shape[i]))
      return found;
    const wanted = expected.map((side) => side ?? 'any').join(', ');
    const fault = found ? `has the shape [${found.shape.join(', ')}] and not [${wanted}]` : 'is missing';
    throw new AppError(
      'model-unsupported',
      `In ${this.#fileName} the tensor ${name} ${fault}; please give weights of a DenseNet with torchvision’s names.`,
    );
  }

  weight(name: string, shape: readonly number[], values: Float32Array): void {
    this.weights.push({ name, shape, values });
  }

  convolution(name: string, input: string, tensorName: string, change: { readonly [key: string]: Json } = {}): string {
    const { shape, values } = this.tensor(tensorName, [null, this.channelsOf([input]), null, null]);
    const [filters = 0, channels = 0, rows = 0, columns = 0] = shape;
    const kernel = new Float32Array(values.length);
    for (let f = 0; f < filters; f++) {
      for (let c = 0; c < channels; c++) {
        for (let cell = 0; cell < rows * columns; cell++) {
          kernel[(cell * channels + c) * filters + f] = values[(f * channels + c) * rows * columns + cell] ?? 0;
        }
      }
    }
    this.weight(`${name}/kernel`, [rows, columns, channels, filters], kernel);
    const config = {
      filters,
      kernel_size: [rows, columns],
      strides: [1, 1],
      padding: 'same',
      data_format: 'channels_last',
      activation: 'linear',
      use_bias: false,
    };
    return this.layer('Conv2D', name, [input], { ...config, ...change }, filters);
  }

  normalisation(name: string, input: string, tensorName: string): string {
    const parts = [
      ['gamma', 'weight'],
      ['beta', 'bias'],
      ['moving_mean', 'running_mean'],
      ['moving_variance', 'running_var'],
    ] as const;
    for (const [kerasName, torchName] of parts) {
      const { shape, values } = this.tensor(`${tensorName}.${torchName}`, [this.channelsOf([input])]);
      this.weight(`${name}/${kerasName}`, shape, values);
    }
    return this.layer('BatchNormalization', name, [input], {
      axis: 3,
      momentum: 0.99,
      epsilon: TORCH_EPSILON,
      center: true,
      scale: true,
    });
  }

  relu(name: string, input: string): string {
    return this.layer('Activation', name, [input], { activation: 'relu' });
  }
}

/** The number of numbered parts under a prefix: `features.denseblock` has 4 for `features.denseblock1.` to `...4.`. */
function countParts(tensors: Tensors, prefix: string): number {
  let count = 0;
  const names = [...tensors.keys()];
  while (names.some((name) => name.startsWith(`${prefix}${count + 1}.`))) count++;
  return count;
}

/**
 * @param fileName what to call the weights in errors
 * @param input the size that the network will be given; DenseNets take any, Keras' topology names one
 * @throws AppError `model-unsupported` naming the file and the first tensor that does not fit
 */
export function denseNetFromTorch(
  fileName: string,
  tensors: Tensors,
  input: { readonly width: number; readonly height: number },
): ModelArtifacts {
  const build = new Builder(fileName, tensors);
  const blocks = countParts(tensors, 'features.denseblock');
  let x = build.layer('InputLayer', 'input_layer', [], { batch_input_shape: [null, input.height, input.width, 3], sparse: false }, 3);
  x = build.layer('ZeroPadding2D', 'zero_padding2d', [x], {
    padding: [
      [3, 3],
      [3, 3],
    ],
    data_format: 'channels_last',
  });
  x = build.convolution('conv1_conv', x, 'features.conv0.weight', { strides: [2, 2], padding: 'valid' });
  x = build.relu('conv1_relu', build.normalisation('conv1_bn', x, 'features.norm0'));
  // After a ReLU, padding with zeros is what torch's padding with minus infinity amounts to.
  x = build.layer('ZeroPadding2D', 'zero_padding2d_1', [x], {
    padding: [
      [1, 1],
      [1, 1],
    ],
    data_format: 'channels_last',
  });
  x = build.layer('MaxPooling2D', 'pool1', [x], { pool_size: [3, 3], strides: [2, 2], padding: 'valid', data_format: 'channels_last' });

  for (let block = 1; block <= blocks; block++) {
    const from = `features.denseblock${block}.denselayer`;
    const layers = countParts(tensors, from);
    for (let i = 1; i <= layers; i++) {
      const name = `conv${block + 1}_block${i}`;
      let inner = build.relu(`${name}_0_relu`, build.normalisation(`${name}_0_bn`, x, `${from}${i}.norm1`));
      inner = build.convolution(`${name}_1_conv`, inner, `${from}${i}.conv1.weight`);
      inner = build.relu(`${name}_1_relu`, build.normalisation(`${name}_1_bn`, inner, `${from}${i}.norm2`));
      inner = build.convolution(`${name}_2_conv`, inner, `${from}${i}.conv2.weight`);
      x = build.layer('Concatenate', `${name}_concat`, [x, inner], { axis: 3 });
    }
    if (block === blocks) break;
    const pool = `pool${block + 1}`;
    x = build.relu(`${pool}_relu`, build.normalisation(`${pool}_bn`, x, `features.transition${block}.norm`));
    x = build.convolution(`${pool}_conv`, x, `features.transition${block}.conv.weight`);
    x = build.layer('AveragePooling2D', `${pool}_pool`, [x], {
      pool_size: [2, 2],
      strides: [2, 2],
      padding: 'valid',
      data_format: 'channels_last',
    });
  }
  x = build.relu('relu', build.normalisation('bn', x, 'features.norm5'));
  x = build.layer('GlobalAveragePooling2D', 'avg_pool', [x], { data_format: 'channels_last' });

  const dense = build.tensor('classifier.weight', [null, build.channelsOf([x])]);
  const [classes = 0, features = 0] = dense.shape;
  const kernel = new Float32Array(dense.values.length);
  for (let c = 0; c < classes; c++) for (let f = 0; f < features; f++) kernel[f * classes + c] = dense.values[c * features + f] ?? 0;
  build.weight('predictions/kernel', [features, classes], kernel);
  build.weight('predictions/bias', [classes], build.tensor('classifier.bias', [classes]).values);
  const output = build.layer('Dense', 'predictions', [x], { units: classes, activation: 'softmax', use_bias: true });

  const config = {
    name: 'densenet',
    trainable: true,
    layers: build.layers,
    input_layers: [['input_layer', 0, 0]],
    output_layers: [[output, 0, 0]],
  };
  return packArtifacts({ class_name: 'Functional', config }, build.weights);
}
