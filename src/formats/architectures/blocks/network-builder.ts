/**
 * Writes down a network of torch's from top to bottom, as a Keras 2 topology, and takes its weights from a state dict. Layers are called by the
 * path of the torch module whose output they give; what pads, and what torch does without a module, has a name of its own below that.
 */
import type { Json, ModelArtifacts, WeightValues } from '../../network/artifacts.ts';
import { packArtifacts } from '../../network/artifacts.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import type { StateDict } from '../state-dict.ts';
import type { Choices } from './choices.ts';
import type { ConvolutionOptions } from './convolution-options.ts';
import { pairOf } from './pair.ts';
import { convolutionKernel, depthwiseKernel, linearKernel } from './torch-kernels.ts';

/** A layer of the network, by its name. */
export type LayerName = string;

type Config = { readonly [key: string]: Json };

/** torch's own. */
export const BATCH_NORM_EPSILON = 1e-5;

const FORMAT = { data_format: 'channels_last' } as const;

export class NetworkBuilder {
  readonly state: StateDict;
  /** What a person may say otherwise. */
  readonly choices: Choices;
  /** What the file tells of the architecture, such as `resnet50`. */
  readonly hint: string;
  /** What is said of how the network was read, as whole sentences. */
  readonly remarks: string[] = [];
  /** How many channels go into and out of its parts: what could stand between them has such a side. */
  readonly widths = new Set<number>();
  /** The weights of the linear layers of its head, in torch's layout. */
  readonly headWeights: NamedTensor[] = [];
  /** What else layers were called, by that name. */
  readonly otherNames = new Map<string, LayerName>();
  /** How many features the network pools. */
  features = 0;
  readonly #layers: { readonly [key: string]: Json }[] = [];
  readonly #weights: WeightValues[] = [];
  readonly #channels = new Map<LayerName, number>();
  #last: LayerName = '';

  constructor(state: StateDict, choices: Choices, hint = '') {
    this.state = state;
    this.choices = choices;
    this.hint = hint;
  }

  channelsOf(...layers: readonly LayerName[]): number {
    return layers.reduce((sum, layer) => sum + (this.#channels.get(layer) ?? 0), 0);
  }

  get layerNames(): readonly LayerName[] {
    return [...this.#channels.keys()];
  }

  /** @param channels what the layer gives, where that is not all that goes in */
  layer(
    kind: string,
    name: LayerName,
    inputs: readonly LayerName[],
    config: Config = {},
    channels = this.channelsOf(...inputs),
  ): LayerName {
    if (this.#channels.has(name)) throw new Error(`two layers are called ${name}`);
    this.#channels.set(name, channels);
    const inbound: Json = inputs.length ? [inputs.map((input): Json => [input, 0, 0, {}])] : [];
    this.#layers.push({ class_name: kind, name, config: { name, trainable: true, dtype: 'float32', ...config }, inbound_nodes: inbound });
    this.#last = name;
    return name;
  }

  /** The image: of as many channels as the tensor `[out, channels, rows, columns]` takes. */
  input(firstConvolution: string): LayerName {
    const [, channels = 3] = this.state.shapeOf(firstConvolution) ?? [];
    return this.layer('InputLayer', 'input', [], { batch_input_shape: [null, null, null, channels], sparse: false }, channels);
  }

  /** Marks what goes in or comes out of a part of the network. */
  part(x: LayerName): LayerName {
    this.widths.add(this.channelsOf(x));
    return x;
  }

  /** A module's output under the module's own name, where its last layer has another: users of torch know it by either. */
  output(module: string, x: LayerName): LayerName {
    return this.layer('Activation', module, [x], { activation: 'linear' });
  }

  /** Other modules that give what a layer gives: links and scripts may name them. */
  alsoCalled(layer: LayerName, ...modules: readonly string[]): LayerName {
    for (const module of modules) this.otherNames.set(module, layer);
    return layer;
  }

  #zeroPadding(name: LayerName, x: LayerName, padding: readonly number[]): LayerName {
    const sides = padding.map((cells) => [cells, cells]);
    return padding.every((cells) => cells === 0) ? x : this.layer('ZeroPadding2D', name, [x], { padding: sides, ...FORMAT });
  }

  /** `module.weight` `[out, in / groups, rows, columns]` and, where it is there, `module.bias`: how many groups there are follows from that. */
  convolution(
    module: string,
    x: LayerName,
    { stride = 1, padding, dilation = 1, kernel, name = module }: ConvolutionOptions = {},
  ): LayerName {
    const channels = this.channelsOf(x);
    const [wantedRows, wantedColumns] = kernel === undefined ? [null, null] : pairOf(kernel);
    const tensor = this.state.take(`${module}.weight`, [null, null, wantedRows, wantedColumns]);
    const [filters = 0, perGroup = 0, rows = 1, columns = 1] = tensor.shape;
    const groups = channels / perGroup;
    // A tensor that takes more than there is belongs elsewhere; one that takes a part of it, to groups.
    if (!Number.isInteger(groups) || filters % groups !== 0) this.state.take(`${module}.weight`, [filters, channels, rows, columns]);
    const bias = this.#bias(module, filters);
    const own = [rows, columns].map((taps) => ((taps - 1) * dilation) / 2);
    const [padRows = 0, padColumns = 0] = padding === undefined || padding === 'same' ? own.map(Math.floor) : pairOf(padding);
    const strides = pairOf(stride);
    // Without a stride, Keras pads as torch does where that keeps the size.
    const isSame = padding === 'same' || (strides.every((step) => step === 1) && padRows === own[0] && padColumns === own[1]);
    const padded = isSame ? x : this.#zeroPadding(`${name}.pad`, x, [padRows, padColumns]);
    const config = {
      kernel_size: [rows, columns],
      strides: [...strides],
      padding: isSame ? 'same' : 'valid',
      dilation_rate: [dilation, dilation],
      ...FORMAT,
      activation: 'linear',
      use_bias: bias !== null,
    };
    const isDepthwise = perGroup === 1 && groups > 1;
    if (isDepthwise) this.#weights.push(depthwiseKernel(`${name}/depthwise_kernel`, tensor, filters / groups));
    else this.#weights.push(convolutionKernel(`${name}/kernel`, tensor));
    this.#pushBias(name, bias);
    if (isDepthwise) return this.layer('DepthwiseConv2D', name, [padded], { ...config, depth_multiplier: filters / groups }, filters);
    return this.layer('Conv2D', name, [padded], { ...config, filters, groups }, filters);
  }

  /** With the statistics that it was trained with; `affine` ones have a weight and a bias. */
  batchNorm(
    module: string,
    x: LayerName,
    { name = module, epsilon = BATCH_NORM_EPSILON }: { name?: string; epsilon?: number } = {},
  ): LayerName {
    const channels = this.channelsOf(x);
    const isAffine = this.state.has(`${module}.weight`) || !this.state.has(`${module}.running_mean`);
    if (isAffine) {
      this.#push(`${name}/gamma`, this.state.take(`${module}.weight`, [channels]));
      this.#push(`${name}/beta`, this.state.take(`${module}.bias`, [channels]));
    }
    this.#push(`${name}/moving_mean`, this.state.take(`${module}.running_mean`, [channels]));
    this.#push(`${name}/moving_variance`, this.state.take(`${module}.running_var`, [channels]));
    return this.layer('BatchNormalization', name, [x], { axis: -1, momentum: 0.9, epsilon, center: isAffine, scale: isAffine });
  }

  /** Over the channels of each cell. */
  layerNorm(module: string, x: LayerName, { name = module, epsilon = 1e-6 }: { name?: string; epsilon?: number } = {}): LayerName {
    const channels = this.channelsOf(x);
    this.#push(`${name}/gamma`, this.state.take(`${module}.weight`, [channels]));
    this.#push(`${name}/beta`, this.state.take(`${module}.bias`, [channels]));
    return this.layer('LayerNormalization', name, [x], { axis: -1, epsilon, center: true, scale: true });
  }

  /** Each channel times a number of its own, such as ConvNeXt's layer scale; @param shape of the tensor, such as `[channels, 1, 1]` */
  channelScale(tensorName: string, x: LayerName, name: LayerName, shape: readonly number[] = [this.channelsOf(x)]): LayerName {
    const channels = this.channelsOf(x);
    const { values } = this.state.take(tensorName, shape);
    this.#weights.push({ name: `${name}/gamma`, shape: [channels], values });
    this.#weights.push({ name: `${name}/moving_mean`, shape: [channels], values: new Float32Array(channels) });
    this.#weights.push({ name: `${name}/moving_variance`, shape: [channels], values: new Float32Array(channels).fill(1) });
    return this.layer('BatchNormalization', name, [x], { axis: -1, momentum: 0.9, epsilon: 0, center: false, scale: true });
  }

  /** By Keras' names: `relu`, `relu6`, `hard_silu` (torch's Hardswish), `silu`, `gelu`, `sigmoid`, `tanh`. */
  activation(kind: Json, name: LayerName, x: LayerName): LayerName {
    return this.layer('Activation', name, [x], { activation: kind });
  }

  /** `[batch, channels]`, or with one cell per image where a gate is made of it. */
  globalAverage(name: LayerName, x: LayerName, { isMap = false }: { isMap?: boolean } = {}): LayerName {
    return this.layer('GlobalAveragePooling2D', name, [x], { ...FORMAT, ...(isMap && { keepdims: true }) });
  }

  /** `module.weight` `[out, in]` and, where it is there, `module.bias`. @param cells of the map that was flattened before it */
  linear(
    name: LayerName,
    x: LayerName,
    weight: NamedTensor,
    bias: NamedTensor | null,
    { cells = 1, activation = 'linear' as Json } = {},
  ): LayerName {
    const [units = 0, features = 0] = weight.shape;
    this.#weights.push(linearKernel(`${name}/kernel`, weight, cells));
    this.#pushBias(name, bias);
    if (features !== this.channelsOf(x) * cells) throw new Error(`${name} does not take what ${x} gives`);
    return this.layer('Dense', name, [x], { units, activation, use_bias: bias !== null }, units);
  }

  add(name: LayerName, inputs: readonly LayerName[]): LayerName {
    const channels = this.channelsOf(inputs[0] ?? '');
    const other = inputs.find((input) => this.channelsOf(input) !== channels);
    if (other !== undefined)
      throw this.state.misfit(`${inputs[0]} and ${other}, which are added, have ${channels} and ${this.channelsOf(other)} channels`);
    return this.layer('Add', name, inputs, {}, channels);
  }

  concatenate(name: LayerName, inputs: readonly LayerName[]): LayerName {
    return this.layer('Concatenate', name, inputs, { axis: -1 });
  }

  /** The first times the second, which may be of a single cell. */
  multiply(name: LayerName, x: LayerName, gate: LayerName): LayerName {
    return this.layer('Multiply', name, [x, gate], {}, this.channelsOf(x));
  }

  /** @param onStep called for every weight that is laid out */
  artifacts(modelName: string, onStep?: () => void): ModelArtifacts {
    const config = {
      name: modelName,
      trainable: true,
      layers: this.#layers,
      input_layers: [['input', 0, 0]],
      output_layers: [[this.#last, 0, 0]],
    };
    return {
      ...packArtifacts({ class_name: 'Functional', config }, this.#weights, onStep),
      ...(this.otherNames.size > 0 && { otherNames: this.otherNames }),
    };
  }

  /** Weights that were found elsewhere, by the names that Keras has for them. */
  weightsOf(layer: LayerName, weights: Readonly<Record<string, NamedTensor | null>>): void {
    for (const [own, tensor] of Object.entries(weights)) if (tensor) this.#push(`${layer}/${own}`, tensor);
  }

  #push(name: string, { shape, values }: NamedTensor): void {
    this.#weights.push({ name, shape, values });
  }

  #bias(module: string, units: number): NamedTensor | null {
    return this.state.has(`${module}.bias`) ? this.state.take(`${module}.bias`, [units]) : null;
  }

  #pushBias(name: string, bias: NamedTensor | null): void {
    if (bias) this.#push(`${name}/bias`, bias);
  }
}
