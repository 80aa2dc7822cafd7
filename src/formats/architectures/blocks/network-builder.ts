/**
 * Writes down a network of torch's from top to bottom, as a Keras 2 topology, and takes its weights from a state dict. Layers are called by the
 * path of the torch module whose output they give; what pads, and what torch does without a module, has a name of its own below that.
 */
import type { Json } from '../../network/artifacts.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import { epsilonIn, type ModuleFact, type ModuleFacts, saysItsStride } from '../modules/module-facts.ts';
import type { Progress, Step } from '../modules/progress.ts';
import { groupNorm, groupsOf } from '../normalisation/group-norm.ts';
import { standardised } from '../resnet/weight-standardisation.ts';
import type { StateDict } from '../state-dict.ts';
import type { Choices } from './choices.ts';
import { type ConvolutionOptions, windowOf } from './convolution-options.ts';
import { LayerList, type LayerName } from './layer-list.ts';
import { pairOf } from './pair.ts';
import { hasSlopes, slopedActivation } from './sloped-activation.ts';
import { convolutionKernel, depthwiseKernel, linearKernel } from './torch-kernels.ts';

/** torch's own. */
export const BATCH_NORM_EPSILON = 1e-5;

const FORMAT = { data_format: 'channels_last' } as const;

/**
 * @param last the linear layer that gives the classes, where there is one among the modules
 * @throws Misfit for a module that is not known
 */
export type RowRunner = (network: NetworkBuilder, steps: readonly Step[], from: Progress, last: string | null) => Progress;

interface BuilderOptions {
  readonly hint?: string;
  readonly facts?: ModuleFacts;
  readonly runRow?: RowRunner;
}

export class NetworkBuilder extends LayerList {
  readonly state: StateDict;
  /** What a person may say otherwise. */
  readonly choices: Choices;
  /** What the file tells of the architecture, such as `resnet50`. */
  readonly hint: string;
  /** What the file says of modules beside their weights, by their paths: it goes before what a family assumes. */
  readonly facts: ModuleFacts;
  /** What is said of how the network was read, as whole sentences. */
  readonly remarks: string[] = [];
  /** How many channels go into and out of its parts: what could stand between them has such a side. */
  readonly widths = new Set<number>();
  /** The weights of the linear layers of its head, in torch's layout. */
  readonly headWeights: NamedTensor[] = [];
  /** What modules said of activations, and the layers that do as they say. */
  readonly told = { facts: new Set<ModuleFact>(), layers: new Set<LayerName>() };
  /** Of the images that suit it, where it takes others too; null where nothing tells. */
  suitedSide: number | null = null;
  /** How many features the network pools. */
  features = 0;
  /** Whether modules say their strides and the like, so that these are not left to choose. */
  readonly isTold: boolean;
  readonly #runRow: RowRunner | undefined;

  constructor(state: StateDict, choices: Choices, { hint = '', facts = new Map(), runRow }: BuilderOptions = {}) {
    super();
    this.state = state;
    this.choices = choices;
    this.hint = hint;
    this.facts = facts;
    this.isTold = [...facts.values()].some(saysItsStride);
    this.#runRow = runRow;
  }

  /** What may say which architecture it is: what the file tells, and what it is called. */
  get named(): string {
    return `${this.hint} ${this.state.fileName}`;
  }

  /** The image: of as many channels as the tensor `[out, channels, rows, columns]` takes. */
  input(firstConvolution: string): LayerName {
    const [, channels = 3] = this.state.shapeOf(firstConvolution) ?? [];
    return this.layer('InputLayer', 'input', [], { batch_input_shape: [null, null, null, channels], sparse: false }, channels);
  }

  /** A module that the file knows to be a `Sequential`, as it says; null where it does not. @param last the linear layer that gives the classes */
  sequence(module: string, from: Progress, last: string | null = null): Progress | null {
    return this.facts.get(module)?.kind === 'sequence' ? (this.#runRow?.(this, [module], from, last) ?? null) : null;
  }

  /** Marks what goes in or comes out of a part of the network. */
  part(x: LayerName): LayerName {
    this.widths.add(this.channelsOf(x));
    return x;
  }

  #zeroPadding(name: LayerName, x: LayerName, padding: readonly number[]): LayerName {
    const sides = padding.map((cells) => [cells, cells]);
    return padding.every((cells) => cells === 0) ? x : this.layer('ZeroPadding2D', name, [x], { padding: sides, ...FORMAT });
  }

  /** `module.weight` `[out, in / groups, rows, columns]` and, where it is there, `module.bias`: how many groups there are follows from that. */
  convolution(module: string, x: LayerName, options: ConvolutionOptions = {}): LayerName {
    const { kernel, name = module } = options;
    const channels = this.channelsOf(x);
    const [wantedRows, wantedColumns] = kernel === undefined ? [null, null] : pairOf(kernel);
    const fact = this.facts.get(module);
    const epsilon = (fact?.kind === 'convolution' ? fact.standardisedBy : null) ?? options.standardisedBy;
    const given = this.state.take(`${module}.weight`, [null, null, wantedRows, wantedColumns]);
    const tensor = epsilon === undefined ? given : standardised(given, epsilon);
    const [filters = 0, perGroup = 0, rows = 1, columns = 1] = tensor.shape;
    const groups = channels / perGroup;
    // A tensor that takes more than there is belongs elsewhere; one that takes a part of it, to groups.
    if (!Number.isInteger(groups) || filters % groups !== 0) this.state.take(`${module}.weight`, [filters, channels, rows, columns]);
    // Without a whole module to say so, a bias that is missing among others was lost.
    if (this.facts.size === 0 && this.state.hasBiasElsewhere(module)) this.state.take(`${module}.bias`, [filters]);
    const bias = this.#bias(module, filters);
    const { strides, dilations, zeros } = windowOf([rows, columns], options, fact);
    const padded = zeros === 'same' ? x : this.#zeroPadding(`${name}.pad`, x, zeros);
    const config = {
      kernel_size: [rows, columns],
      strides,
      padding: zeros === 'same' ? 'same' : 'valid',
      dilation_rate: dilations,
      ...FORMAT,
      activation: 'linear',
      use_bias: bias !== null,
    };
    const isDepthwise = perGroup === 1 && groups > 1;
    if (isDepthwise) this.weight(depthwiseKernel(`${name}/depthwise_kernel`, tensor, filters / groups));
    else this.weight(convolutionKernel(`${name}/kernel`, tensor));
    this.#pushBias(name, bias);
    if (isDepthwise) return this.layer('DepthwiseConv2D', name, [padded], { ...config, depth_multiplier: filters / groups }, filters);
    return this.layer('Conv2D', name, [padded], { ...config, filters, groups }, filters);
  }

  /** With the statistics that it was trained with; `affine` ones have a weight and a bias. Where the file says so, in groups without statistics. */
  batchNorm(
    module: string,
    x: LayerName,
    { name = module, epsilon = BATCH_NORM_EPSILON }: { name?: string; epsilon?: number } = {},
  ): LayerName {
    const channels = this.channelsOf(x);
    const groups = groupsOf(this, module, channels);
    if (groups !== null) return groupNorm(this, module, x, groups, this.#epsilon(module, epsilon), name);
    const isAffine = this.state.has(`${module}.weight`) || !this.state.has(`${module}.running_mean`);
    if (isAffine) {
      this.tensor(`${name}/gamma`, this.state.take(`${module}.weight`, [channels]));
      this.tensor(`${name}/beta`, this.state.take(`${module}.bias`, [channels]));
    }
    this.tensor(`${name}/moving_mean`, this.state.take(`${module}.running_mean`, [channels]));
    this.tensor(`${name}/moving_variance`, this.state.take(`${module}.running_var`, [channels]));
    return this.layer('BatchNormalization', name, [x], {
      axis: -1,
      momentum: 0.9,
      epsilon: this.#epsilon(module, epsilon),
      center: isAffine,
      scale: isAffine,
    });
  }

  /** Over the channels of each cell. */
  layerNorm(module: string, x: LayerName, { name = module, epsilon = 1e-6 }: { name?: string; epsilon?: number } = {}): LayerName {
    const channels = this.channelsOf(x);
    this.tensor(`${name}/gamma`, this.state.take(`${module}.weight`, [channels]));
    this.tensor(`${name}/beta`, this.state.take(`${module}.bias`, [channels]));
    return this.layer('LayerNormalization', name, [x], { axis: -1, epsilon: this.#epsilon(module, epsilon), center: true, scale: true });
  }

  /**
   * By Keras' names: `relu`, `relu6`, `hard_silu` (torch's Hardswish), `silu`, `gelu`, `sigmoid`, `tanh`.
   *
   * @param modules which of torch's modules may be it, where it is not called as the layer is
   */
  activation(kind: Json, name: LayerName, x: LayerName, modules: readonly string[] = []): LayerName {
    const paths = [name, ...modules];
    const fact = paths.map((module) => this.facts.get(module)).find((own) => own?.kind === 'activation' || own?.kind === 'nothing');
    if (fact) {
      this.told.facts.add(fact);
      this.told.layers.add(name);
    }
    const sloped = paths.find((module) => hasSlopes(this, module, x));
    if (sloped !== undefined) return slopedActivation(this, sloped, name, x);
    const told = fact?.kind === 'activation' ? fact.activation : fact && 'linear';
    return this.layer('Activation', name, [x], { activation: told ?? kind });
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
    this.weight(linearKernel(`${name}/kernel`, weight, cells));
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

  #epsilon(module: string, assumed: number): number {
    return epsilonIn(this.facts.get(module)) ?? assumed;
  }

  #bias(module: string, units: number): NamedTensor | null {
    return this.state.has(`${module}.bias`) ? this.state.take(`${module}.bias`, [units]) : null;
  }

  #pushBias(name: string, bias: NamedTensor | null): void {
    if (bias) this.tensor(`${name}/bias`, bias);
  }
}
