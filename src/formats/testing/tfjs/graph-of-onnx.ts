/** Writes an ONNX graph down as a tf.js graph-model, as TensorFlow would have it: channels last, and what it has no operation for taken apart. */
import type { GivenFile } from '../../given-file.ts';
import { numbersOf } from '../../graph/nodes/constant.ts';
import { turned } from '../../graph/nodes/constant-arithmetic.ts';
import type { GraphNode, OperationGraph } from '../../graph/nodes/graph.ts';
import { flag, float, graphModel, type TensorFlowNodeOf, text, type WeightOf, whole, wholes } from './graph-model-writer.ts';

type Attributes = NonNullable<TensorFlowNodeOf['attr']>;

class Writer {
  readonly nodes: TensorFlowNodeOf[] = [];
  readonly weights: Record<string, WeightOf> = {};
  readonly #graph: OperationGraph;

  constructor(graph: OperationGraph) {
    this.#graph = graph;
  }

  add(name: string, op: string, input: readonly string[], attr: Attributes = {}): string {
    this.nodes.push({ name, op, input: [...input], attr });
    return name;
  }

  weight(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    this.weights[name] = { shape, values };
    return name;
  }

  numbers(name: string, ...values: number[]): string {
    this.weights[name] = { shape: [values.length], values, dtype: 'int32' };
    return name;
  }

  scalar(name: string, value: number, dtype: 'float32' | 'int32' = 'float32'): string {
    this.weights[name] = { shape: [], values: [value], dtype };
    return name;
  }

  /** A weight of ONNX's, with its sides in another order. */
  constant(name: string, tensor: string, order?: readonly number[]): string {
    const found = this.#graph.constants.get(tensor);
    if (!found) throw new Error(`${tensor} is no weight`);
    const { shape, values } = order ? turned(found, order) : found;
    return this.weight(name, shape, values);
  }

  numbersAt(tensor: string): readonly number[] | null {
    const found = this.#graph.constants.get(tensor);
    return found ? numbersOf(found) : null;
  }

  shapeOf(tensor: string): readonly number[] {
    return this.#graph.constants.get(tensor)?.shape ?? [];
  }
}

function slot([a = 1, b = 1]: readonly number[]): number[] {
  return [1, a, b, 1];
}

/** ONNX's `[top, left, bottom, right]`. */
function padded(to: Writer, name: string, x: string, pads: readonly number[]): string {
  if (pads.every((cells) => cells === 0)) return x;
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  to.weights[`${name}/paddings`] = { shape: [4, 2], values: [0, 0, top, bottom, left, right, 0, 0], dtype: 'int32' };
  return to.add(`${name}/Pad`, 'Pad', [x, `${name}/paddings`]);
}

function convolution(to: Writer, node: GraphNode, name: string, x: string): void {
  const [, kernel = '', bias] = node.inputs;
  const [filters = 1, perGroup = 1, rows = 1, columns = 1] = to.shapeOf(kernel);
  const groups = node.number('group', 1);
  const pads = node.numbers('pads') ?? [0, 0, 0, 0];
  const strides = node.numbers('strides') ?? [1, 1];
  const isSame = strides.every((step) => step === 1) && pads.join() === [rows, columns, rows, columns].map((n) => (n - 1) / 2).join();
  const input = isSame ? x : padded(to, name, x, pads);
  const isDepthwise = perGroup === 1 && groups > 1;
  const filter = isDepthwise ? to.constant(`${name}/kernel`, kernel, [2, 3, 0, 1]) : to.constant(`${name}/kernel`, kernel, [2, 3, 1, 0]);
  if (isDepthwise && filters !== groups) throw new Error('no depthwise convolution of the goldens multiplies its channels');
  const attr = { strides: wholes(...slot(strides)), dilations: wholes(1, 1, 1, 1), padding: text(isSame ? 'SAME' : 'VALID') };
  const op = isDepthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
  if (bias === undefined) {
    to.add(name, op, [input, filter], { ...attr, data_format: text('NHWC') });
    return;
  }
  const plain = to.add(`${name}/${op}`, op, [input, filter], { ...attr, data_format: text('NHWC') });
  to.add(name, 'BiasAdd', [plain, to.constant(`${name}/bias`, bias)]);
}

/** A cell after the last one is what rounding up asks for where windows move on by two. */
function maxPool(to: Writer, node: GraphNode, name: string, x: string): void {
  const more = node.number('ceil_mode', 0) === 1 ? 1 : 0;
  const [top = 0, left = 0, bottom = 0, right = 0] = node.numbers('pads') ?? [];
  const ends = [0, 0, top, bottom + more, left, right + more, 0, 0];
  const explicit = { padding: text('EXPLICIT'), explicit_paddings: wholes(...ends) };
  to.add(name, 'MaxPool', [x], {
    ksize: wholes(...slot(node.numbers('kernel_shape') ?? [])),
    strides: wholes(...slot(node.numbers('strides') ?? [])),
    ...(ends.every((cells) => cells === 0) ? { padding: text('VALID') } : explicit),
  });
}

function dense(to: Writer, node: GraphNode, name: string, x: string): void {
  const [, matrix = '', bias = ''] = node.inputs;
  const product = to.add(`${name}/MatMul`, 'MatMul', [x, to.constant(`${name}/kernel`, matrix)], { transpose_b: flag(true) });
  to.add(name, 'BiasAdd', [product, to.constant(`${name}/bias`, bias)]);
}

/** Channel by channel, as ONNX lays values out, and for any number of images. */
function flatten(to: Writer, name: string, x: string): void {
  const turnedBack = to.add(`${name}/transpose`, 'Transpose', [x, to.numbers(`${name}/perm`, 0, 3, 1, 2)]);
  const shape = to.add(`${name}/Shape`, 'Shape', [turnedBack]);
  const bounds = [to.numbers(`${name}/begin`, 0), to.numbers(`${name}/end`, 1), to.numbers(`${name}/strides`, 1)];
  const batch = to.add(`${name}/strided_slice`, 'StridedSlice', [shape, ...bounds], { shrink_axis_mask: whole(1) });
  const sides = to.add(`${name}/stack`, 'Pack', [batch, to.scalar(`${name}/rest`, -1, 'int32')], { axis: whole(0), N: whole(2) });
  to.add(name, 'Reshape', [turnedBack, sides]);
}

function translate(to: Writer, node: GraphNode, name: string, inputs: readonly string[]): void {
  const [x = '', ...others] = inputs;
  const globalMean = () => to.add(name, 'Mean', [x, to.numbers(`${name}/axes`, 1, 2)], { keep_dims: flag(true) });
  const translations: Readonly<Record<string, () => unknown>> = {
    Add: () => to.add(name, 'AddV2', inputs),
    AveragePool: () => {
      // Windows of two that move on by two: TensorFlow adds a cell after the last one, and does not count it.
      const padding = text(node.number('ceil_mode', 0) === 1 ? 'SAME' : 'VALID');
      const windows = {
        ksize: wholes(...slot(node.numbers('kernel_shape') ?? [])),
        strides: wholes(...slot(node.numbers('strides') ?? [])),
      };
      return to.add(name, 'AvgPool', [x], { ...windows, padding });
    },
    BatchNormalization: () => {
      const own = ['scale', 'offset', 'mean', 'variance'].map((what, i) => to.constant(`${name}/${what}`, node.inputs[i + 1] ?? ''));
      return to.add(name, 'FusedBatchNormV3', [x, ...own], { epsilon: float(node.number('epsilon', 1e-5)), is_training: flag(false) });
    },
    Clip: () => to.add(name, 'Relu6', [x]),
    Concat: () => to.add(name, 'ConcatV2', [x, ...others, to.scalar(`${name}/axis`, 3, 'int32')], { N: whole(inputs.length) }),
    Conv: () => convolution(to, node, name, x),
    Flatten: () => flatten(to, name, x),
    Gemm: () => dense(to, node, name, x),
    GlobalAveragePool: globalMean,
    MaxPool: () => maxPool(to, node, name, x),
    Mul: () => to.add(name, 'Mul', inputs),
    Pad: () => {
      const [, , top = 0, left = 0, , , bottom = 0, right = 0] = to.numbersAt(node.inputs[1] ?? '') ?? node.numbers('pads') ?? [];
      return to.add(name, 'Identity', [padded(to, name, x, [top, left, bottom, right])]);
    },
    Relu: () => to.add(name, 'Relu', [x]),
    Sigmoid: () => to.add(name, 'Sigmoid', [x]),
    Swish: () => to.add(name, 'Mul', [x, to.add(`${name}/Sigmoid`, 'Sigmoid', [x])]),
  };
  const translation = translations[node.kind];
  if (!translation) throw new Error(`${node.title} has no place in TensorFlow here`);
  translation();
}

/** @param graph after the passes, that has no other operations than the goldens' */
export function graphModelOfOnnx(graph: OperationGraph): GivenFile[] {
  const to = new Writer(graph);
  const [input] = graph.inputs;
  const [, channels = 3, rows = 1, columns = 1] = input?.shape ?? [];
  const names = new Map([[input?.name ?? '', 'image']]);
  to.nodes.push({ name: 'image', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' } } });
  for (const node of graph.nodes) {
    const name = `StatefulPartitionedCall/model${node.name}`;
    const inputs = node.inputs.flatMap((tensor) => names.get(tensor) ?? []);
    translate(to, node, name, inputs);
    names.set(node.outputs[0] ?? '', name);
  }
  const output = names.get(graph.outputs[0] ?? '') ?? '';
  const shape = [-1, rows ?? -1, columns ?? -1, channels ?? 3];
  return graphModel({ nodes: to.nodes, weights: to.weights, inputs: { image: { name: 'image:0', shape } }, outputs: { scores: output } });
}
