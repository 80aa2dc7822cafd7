/** Torch's networks as converters write them for TFLite: channels last, functions fused into what comes before, normalisations as sums and products. */
import { type Constant, constant, numbersOf } from '../../graph/nodes/constant.ts';
import { turned } from '../../graph/nodes/constant-arithmetic.ts';
import type { GraphNode, OperationGraph } from '../../graph/nodes/graph.ts';
import type { FieldOf } from './flatbuffer-writer.ts';
import { nearestHalf, quantized } from './reduced-weights.ts';
import { metadataOf } from './sound-tflite.ts';
import { type OperatorOf, type TensorOf, tfliteFile } from './tflite-writer.ts';

/** How weights are stored: in fewer bits, or as the floats that those stand for. */
export interface WeightsAs {
  readonly type: 'float32' | 'float16' | 'int8';
  readonly isInFloats: boolean;
}

/** ImageNet's, of bytes. */
const NORMALIZATION = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };

const FUSED: Readonly<Record<string, number>> = { Relu: 1, Clip: 3 };
const int8 = (value: number): FieldOf => ({ int8: value });
const int32 = (value: number): FieldOf => ({ int32: value });
const VALID = int8(1);

class TfliteOfGraph {
  readonly #graph: OperationGraph;
  readonly #weights: WeightsAs;
  readonly #tensors: Record<string, TensorOf> = {};
  readonly #operators: OperatorOf[] = [];
  /** What the results of nodes are called. */
  readonly #names = new Map<string, string>();
  #made = 0;

  constructor(graph: OperationGraph, weights: WeightsAs) {
    this.#graph = graph;
    this.#weights = weights;
  }

  file(): Uint8Array<ArrayBuffer> {
    const [input] = this.#graph.inputs;
    const [, channels = 3, rows = 1, columns = 1] = input?.shape ?? [];
    this.#given(input?.name ?? '', 'image', [1, rows ?? 1, columns ?? 1, channels ?? 3]);
    const fused = new Set<GraphNode>();
    for (const node of this.#graph.nodes) if (!fused.has(node)) this.#node(node, fused);
    const outputs = this.#graph.outputs.map((output) => this.#nameOf(output));
    return tfliteFile({
      tensors: this.#tensors,
      operators: this.#operators,
      inputs: ['image'],
      outputs,
      metadata: metadataOf(NORMALIZATION),
    });
  }

  #given(tensor: string, name: string, shape: readonly number[]): void {
    this.#names.set(tensor, name);
    this.#tensors[name] = { shape };
  }

  #nameOf(tensor: string): string {
    const name = this.#names.get(tensor);
    if (name === undefined) throw new Error(`nothing gives ${tensor}`);
    return name;
  }

  #shapeOf(name: string): readonly number[] {
    return this.#tensors[name]?.shape ?? [];
  }

  #whole(values: readonly number[]): string {
    const name = `settings ${++this.#made}`;
    this.#tensors[name] = { shape: [values.length], type: 'int32', values };
    return name;
  }

  #constantOf(node: GraphNode, place: number): Constant | null {
    return this.#graph.constants.get(node.inputs[place] ?? '') ?? null;
  }

  /** @param side whose places have scales of their own; null for what is never quantised */
  #weight({ shape, values }: Constant, side: number | null): string {
    const name = `weights ${++this.#made}`;
    const { type, isInFloats } = this.#weights;
    const floats = Array.from(values);
    const isReduced = side !== null && type !== 'float32';
    const whole = isReduced && type === 'int8' ? quantized(shape, floats, side) : null;
    if (!isReduced) this.#tensors[name] = { shape, values: floats };
    else if (isInFloats) this.#tensors[name] = { shape, values: whole ? whole.floats : floats.map(nearestHalf) };
    else if (whole) this.#tensors[name] = whole.tensor;
    else {
      this.#tensors[`${name}/half`] = { shape, type: 'float16', values: floats };
      this.#tensors[name] = { shape };
      this.#operators.push({ kind: 'DEQUANTIZE', inputs: [`${name}/half`], outputs: [name] });
    }
    return name;
  }

  #operator(name: string, shape: readonly number[], operator: Omit<OperatorOf, 'outputs'>): string {
    this.#tensors[name] = { shape };
    this.#operators.push({ ...operator, outputs: [name] });
    return name;
  }

  /** The ReLU that alone takes what a node gives. */
  #fusedWith(node: GraphNode): GraphNode | null {
    const [output = ''] = node.outputs;
    const [consumer, ...others] = this.#graph.nodes.filter(({ inputs }) => inputs.includes(output));
    return consumer && others.length === 0 && consumer.kind in FUSED ? consumer : null;
  }

  #padded(node: GraphNode, x: string, value: number | null): string {
    const [top = 0, left = 0, bottom = 0, right = 0] = node.numbers('pads') ?? [];
    const [batch = 1, rows = 1, columns = 1, channels = 1] = this.#shapeOf(x);
    if (top + left + bottom + right === 0) return x;
    const paddings = `${node.layerName}/paddings`;
    this.#tensors[paddings] = { shape: [4, 2], type: 'int32', values: [0, 0, top, bottom, left, right, 0, 0] };
    const shape = [batch, rows + top + bottom, columns + left + right, channels];
    if (value === null) return this.#operator(`${node.layerName}/Pad`, shape, { kind: 'PAD', inputs: [x, paddings] });
    this.#tensors[`${node.layerName}/least`] = { shape: [], values: [value] };
    return this.#operator(`${node.layerName}/Pad`, shape, { kind: 'PADV2', inputs: [x, paddings, `${node.layerName}/least`] });
  }

  #node(node: GraphNode, fused: Set<GraphNode>): void {
    const { kind, layerName: name } = node;
    const consumer = kind === 'Conv' || kind === 'Add' || kind === 'BatchNormalization' ? this.#fusedWith(node) : null;
    const ending = FUSED[consumer?.kind ?? ''] ?? 0;
    if (consumer) fused.add(consumer);
    const own = consumer ? `${consumer.layerName};${name}` : name;
    const result = this.#written(node, own, int8(ending));
    for (const output of [...node.outputs, ...(consumer?.outputs ?? [])]) this.#names.set(output, result);
  }

  #written(node: GraphNode, name: string, ending: FieldOf): string {
    const inputs = node.inputs.filter((input) => this.#names.has(input)).map((input) => this.#nameOf(input));
    const [x = ''] = inputs;
    const shape = this.#shapeOf(x);
    const [batch = 1, , , channels = 1] = shape;
    switch (node.kind) {
      case 'Conv':
        return this.#convolution(node, x, name, ending);
      case 'BatchNormalization':
        return this.#normalization(node, x, name, ending);
      case 'MaxPool':
      case 'AveragePool':
        return this.#pooling(node, x, name);
      case 'Add':
        return this.#operator(name, shape, { kind: 'ADD', inputs, options: { 0: ending } });
      case 'Relu':
        return this.#operator(name, shape, { kind: 'RELU', inputs });
      case 'Clip':
        return this.#operator(name, shape, { kind: 'RELU6', inputs });
      case 'Concat': {
        const all = inputs.reduce((sum, input) => sum + (this.#shapeOf(input)[3] ?? 0), 0);
        return this.#operator(name, [...shape.slice(0, 3), all], { kind: 'CONCATENATION', inputs, options: { 0: int32(3) } });
      }
      case 'GlobalAveragePool':
      case 'ReduceMean':
        return this.#operator(name, [batch, 1, 1, channels], {
          kind: 'MEAN',
          inputs: [x, this.#whole([1, 2])],
          options: { 0: int8(1) },
        });
      case 'Pad':
        if (numbersOf(this.#constantOf(node, 1) ?? constant([0], [], false)).some((cells) => cells !== 0))
          throw new Error(`${node.title} is not written here`);
        return x;
      case 'Flatten':
        return this.#flattened(x, name);
      case 'Gemm':
        return this.#dense(node, x, name);
      default:
        throw new Error(`${node.title} is not written here`);
    }
  }

  #convolution(node: GraphNode, x: string, name: string, ending: FieldOf): string {
    const kernel = this.#constantOf(node, 1);
    const bias = this.#constantOf(node, 2);
    if (!kernel) throw new Error(`${node.title} lacks weights`);
    const [filters = 1, perGroup = 1, down = 1, across = 1] = kernel.shape;
    const padded = this.#padded(node, x, null);
    const [batch = 1, rows = 1, columns = 1] = this.#shapeOf(padded);
    const [stepDown = 1, stepAcross = 1] = node.numbers('strides') ?? [];
    const out = [batch, Math.floor((rows - down) / stepDown) + 1, Math.floor((columns - across) / stepAcross) + 1, filters];
    const isDepthwise = perGroup === 1 && node.number('group', 1) > 1;
    const turnedKernel = isDepthwise ? turned(kernel, [1, 2, 3, 0]) : turned(kernel, [0, 2, 3, 1]);
    const inputs = [padded, this.#weight(turnedKernel, isDepthwise ? 3 : 0), bias ? this.#weight(bias, null) : ''];
    const common = { 0: VALID, 1: int32(stepAcross), 2: int32(stepDown) };
    const options = isDepthwise ? { ...common, 3: int32(filters / node.number('group', 1)), 4: ending } : { ...common, 3: ending };
    return this.#operator(name, out, { kind: isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D', inputs, options });
  }

  #normalization(node: GraphNode, x: string, name: string, ending: FieldOf): string {
    const [gamma = [], beta = [], mean = [], variance = []] = [1, 2, 3, 4].map((place) => {
      const constant = this.#constantOf(node, place);
      return constant ? numbersOf(constant) : [];
    });
    const scale = gamma.map((value, i) => value / Math.sqrt((variance[i] ?? 1) + node.number('epsilon', 1e-5)));
    const offset = beta.map((value, i) => value - (mean[i] ?? 0) * (scale[i] ?? 1));
    const list = (values: readonly number[]) => {
      const own = `numbers ${++this.#made}`;
      this.#tensors[own] = { shape: [values.length], values };
      return own;
    };
    const product = this.#operator(`${node.layerName}/mul`, this.#shapeOf(x), { kind: 'MUL', inputs: [x, list(scale)] });
    return this.#operator(name, this.#shapeOf(x), { kind: 'ADD', inputs: [product, list(offset)], options: { 0: ending } });
  }

  #pooling(node: GraphNode, x: string, name: string): string {
    const isMax = node.kind === 'MaxPool';
    const padded = this.#padded(node, x, isMax ? -3.4028234663852886e38 : null);
    const [batch = 1, rows = 1, columns = 1, channels = 1] = this.#shapeOf(padded);
    const [down = 1, across = 1] = node.numbers('kernel_shape') ?? [];
    const [stepDown = 1, stepAcross = 1] = node.numbers('strides') ?? [];
    const out = [batch, Math.floor((rows - down) / stepDown) + 1, Math.floor((columns - across) / stepAcross) + 1, channels];
    const options = { 0: VALID, 1: int32(stepAcross), 2: int32(stepDown), 3: int32(across), 4: int32(down) };
    return this.#operator(name, out, { kind: isMax ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D', inputs: [padded], options });
  }

  /** In torch's order, which only a transposition gives where there are several cells. */
  #flattened(x: string, name: string): string {
    const [batch = 1, rows = 1, columns = 1, channels = 1] = this.#shapeOf(x);
    const isOne = rows * columns === 1;
    const laidOut = isOne
      ? x
      : this.#operator(`${name}/turned`, [batch, channels, rows, columns], { kind: 'TRANSPOSE', inputs: [x, this.#whole([0, 3, 1, 2])] });
    const count = rows * columns * channels;
    return this.#operator(name, [batch, count], { kind: 'RESHAPE', inputs: [laidOut, this.#whole([-1, count])] });
  }

  #dense(node: GraphNode, x: string, name: string): string {
    const [matrix, bias] = [this.#constantOf(node, 1), this.#constantOf(node, 2)];
    if (!matrix || node.number('transB', 0) !== 1) throw new Error(`${node.title} lacks weights`);
    const inputs = [x, this.#weight(matrix, 0), bias ? this.#weight(bias, null) : ''];
    return this.#operator(name, [1, matrix.shape[0] ?? 1], { kind: 'FULLY_CONNECTED', inputs, options: { 0: int8(0) } });
  }
}

/** @param graph simplified, of images with channels first */
export function tfliteOfGraph(graph: OperationGraph, weights: WeightsAs = { type: 'float32', isInFloats: true }): Uint8Array<ArrayBuffer> {
  return new TfliteOfGraph(graph, weights).file();
}
