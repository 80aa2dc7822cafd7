/**
 * Operators that runtimes put in the place of ONNX's own, written down as those again: of whole numbers, between pairs of nodes that round and
 * undo it (`quantization.ts`), and those of ONNX Runtime that do several things at once.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import { type Constant, constant, singleOf } from './constant.ts';
import { type AttributeValue, GraphNode, type OperationGraph } from './graph.ts';

const OF_MICROSOFT = 'com.microsoft';

/** A tensor of whole numbers: its scale, and which number is zero. */
type Quantized = readonly [tensor: string, scale: string, zero: string];

class Writer {
  readonly nodes: GraphNode[] = [];
  readonly constants = new Map<string, Constant>();
  readonly #taken: Set<string>;

  constructor(taken: Set<string>) {
    this.#taken = taken;
  }

  /** A name that no tensor has. */
  #free(wanted: string): string {
    for (let i = 0; ; i++) {
      const name = i === 0 ? wanted : `${wanted}_${i}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }

  constant(wanted: string, value: Constant): string {
    const name = this.#free(wanted);
    this.constants.set(name, value);
    return name;
  }

  /** @returns the tensor that it gives */
  add(
    kind: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    output = this.#free(`${inputs[0]}.${kind}`),
  ): string {
    const own = new Map(Object.entries(attributes));
    this.nodes.push(new GraphNode({ name: '', kind, domain: '', inputs, outputs: [output], attributes: own }));
    return output;
  }

  /** A step on the way to what the node gives. @returns the tensor that it gives */
  step(node: GraphNode, kind: string, inputs: readonly string[]): string {
    const { name, outputs, attributes } = node;
    const output = this.#free(`${outputs[0]}.${kind}`);
    // The node's own name is that of what it gives.
    this.nodes.push(
      node.with({ name: `${name || outputs[0]}.${kind.toLowerCase()}`, kind, domain: '', inputs, outputs: [output], attributes }),
    );
    return output;
  }

  /** What the node gives in the end. */
  last(node: GraphNode, kind: string, inputs: readonly string[], attributes: ReadonlyMap<string, AttributeValue> = new Map()): void {
    const [output = ''] = node.outputs;
    this.nodes.push(node.with({ name: node.name || output, kind, domain: '', inputs, outputs: [output], attributes }));
  }

  inFloats([tensor, scale, zero]: Quantized, axis = 1): string {
    return this.add('DequantizeLinear', [tensor, scale, zero], { axis });
  }

  rounded(tensor: string, scale: string, zero: string, node: GraphNode): void {
    this.last(node, 'QuantizeLinear', [tensor, scale, zero]);
  }
}

type Rewriting = (node: GraphNode, to: Writer, graph: OperationGraph) => void;

function triple({ inputs }: GraphNode, at: number): Quantized {
  return [inputs[at] ?? '', inputs[at + 1] ?? '', inputs[at + 2] ?? ''];
}

/** Kernels have a scale for each filter, or one. */
const convolution: Rewriting = (node, to) => {
  const [x, kernel] = [triple(node, 0), triple(node, 3)];
  const [scale = '', zero = '', bias = ''] = node.inputs.slice(6);
  const inputs = [to.inFloats(x), to.inFloats(kernel, 0)];
  if (bias !== '') {
    const product = to.add('Mul', [x[1], kernel[1]], {});
    inputs.push(to.inFloats([bias, product, ''], 0));
  }
  to.rounded(to.step(node, 'Conv', inputs), scale, zero, node);
};

const product: Rewriting = (node, to) => {
  const [scale = '', zero = ''] = node.inputs.slice(6);
  to.rounded(to.step(node, 'MatMul', [to.inFloats(triple(node, 0)), to.inFloats(triple(node, 3), -1)]), scale, zero, node);
};

const gemm: Rewriting = (node, to) => {
  const [x, matrix] = [triple(node, 0), triple(node, 3)];
  const [bias = '', scale = '', zero = ''] = node.inputs.slice(6);
  const inputs = [to.inFloats(x), to.inFloats(matrix, node.number('transB', 0) === 1 ? 0 : 1)];
  if (bias !== '') inputs.push(to.inFloats([bias, to.add('Mul', [x[1], matrix[1]], {}), ''], 0));
  const floats = to.step(node, 'Gemm', inputs);
  if (scale === '') to.last(node, 'Identity', [floats]);
  else to.rounded(floats, scale, zero, node);
};

function ofTwo(kind: string): Rewriting {
  return (node, to) => {
    const [scale = '', zero = ''] = node.inputs.slice(6);
    to.rounded(to.step(node, kind, [to.inFloats(triple(node, 0)), to.inFloats(triple(node, 3))]), scale, zero, node);
  };
}

function ofOne(kind: string): Rewriting {
  return (node, to) => {
    const [scale = '', zero = ''] = node.inputs.slice(3);
    to.rounded(to.step(node, kind, [to.inFloats(triple(node, 0))]), scale, zero, node);
  };
}

const concatenation: Rewriting = (node, to) => {
  const [scale = '', zero = '', ...others] = node.inputs;
  const parts = Array.from({ length: Math.floor(others.length / 3) }, (_, i) => to.inFloats(triple(node, 2 + i * 3)));
  to.rounded(to.step(node, 'Concat', parts), scale, zero, node);
};

/** To what scale each image is rounded follows from the image; without rounding, one is as good as another. */
const dynamic: Rewriting = ({ inputs, outputs }, to) => {
  const [tensor = '', scale = '', zero = ''] = outputs;
  to.add('Identity', inputs, {}, tensor);
  if (scale !== '') to.constants.set(scale, constant([], [1], true));
  if (zero !== '') to.constants.set(zero, constant([], [0], false));
};

/** Which number stands for zero: of what is rounded image by image (see above) it is zero itself. Null where nothing tells. */
function middleOf(name: string, { nodes, constants }: OperationGraph): number | null {
  if (name === '') return 0;
  const isOfImages = nodes.some(({ kind, domain, outputs }) => kind === 'DynamicQuantizeLinear' && domain === '' && outputs[2] === name);
  return isOfImages ? 0 : singleOf(constants.get(name));
}

function ofWholeNumbers(kind: string, axis: number): Rewriting {
  return (node, to, graph) => {
    const [x = '', weights = '', middle = '', zero = ''] = node.inputs;
    const known = middleOf(middle, graph);
    if (known === null) {
      to.nodes.push(node);
      return;
    }
    const centred = known === 0 ? x : to.add('Sub', [x, middle], {});
    const one = to.constant(`${weights}.one`, constant([], [1], true));
    to.last(node, kind, [centred, to.inFloats([weights, one, zero], axis)], node.attributes);
  };
}

/** Their settings, as ONNX's own have them; null for a function that is not known. */
function settingsOf(kind: string, parameters: readonly number[]): Readonly<Record<string, number>> | null {
  const [first, second] = parameters;
  if (['Relu', 'Sigmoid', 'Tanh'].includes(kind)) return {};
  if (kind === 'LeakyRelu' && first !== undefined) return { alpha: first };
  if (first === undefined || second === undefined) return null;
  if (kind === 'HardSigmoid') return { alpha: first, beta: second };
  return kind === 'Clip' ? { min: first, max: second } : null;
}

/** A convolution, what is added to it, and a function. */
const fusedConvolution: Rewriting = (node, to) => {
  const [x = '', kernel = '', bias = '', added = ''] = node.inputs;
  const kind = node.text('activation', '');
  const settings = settingsOf(kind, node.numbers('activation_params') ?? []);
  if (settings === null) {
    to.nodes.push(node);
    return;
  }
  const convolved = to.step(node, 'Conv', [x, kernel, ...(bias === '' ? [] : [bias])]);
  const sum = added === '' ? convolved : to.step(node, 'Add', [convolved, added]);
  to.last(node, kind, [sum], new Map(Object.entries(settings)));
};

const gelu: Rewriting = (node, to) => to.last(node, 'Gelu', node.inputs);

const quickGelu: Rewriting = (node, to) => to.last(node, 'Swish', node.inputs, new Map([['alpha', node.number('alpha', 1.702)]]));

const OF_ONNX: Readonly<Record<string, Rewriting>> = {
  ConvInteger: ofWholeNumbers('Conv', 0),
  DynamicQuantizeLinear: dynamic,
  MatMulInteger: ofWholeNumbers('MatMul', -1),
  QLinearConv: convolution,
  QLinearMatMul: product,
};

const OF_RUNTIME: Readonly<Record<string, Rewriting>> = {
  FusedConv: fusedConvolution,
  Gelu: gelu,
  QGemm: gemm,
  QLinearAdd: ofTwo('Add'),
  QLinearAveragePool: ofOne('AveragePool'),
  QLinearConcat: concatenation,
  QLinearGlobalAveragePool: ofOne('GlobalAveragePool'),
  QLinearLeakyRelu: ofOne('LeakyRelu'),
  QLinearMul: ofTwo('Mul'),
  QLinearSigmoid: ofOne('Sigmoid'),
  QuickGelu: quickGelu,
};

function rewritingOf(node: GraphNode): Rewriting | undefined {
  const { domain, kind } = node;
  // It would lay its image out otherwise.
  if (node.number('channels_last', 0) !== 0) return undefined;
  const table = domain === '' ? OF_ONNX : domain === OF_MICROSOFT ? OF_RUNTIME : {};
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}

const OF_WHOLE_NUMBERS: ReadonlySet<string> = new Set(['ConvInteger', 'MatMulInteger']);

/** Whether products alone take what is rounded image by image: whatever else does would have to know by how much. */
function isForProducts(node: GraphNode, { nodes, outputs }: OperationGraph): boolean {
  const [tensor = '', , zero = ''] = node.outputs;
  const takes = (other: GraphNode, name: string, place: number) =>
    other.inputs.every((input, i) => input !== name || (i === place && OF_WHOLE_NUMBERS.has(other.kind)));
  const isTaken = (name: string) => name !== '' && outputs.includes(name);
  return !isTaken(tensor) && !isTaken(zero) && nodes.every((other) => takes(other, tensor, 0) && (zero === '' || takes(other, zero, 2)));
}

export function withPlainOperators(graph: OperationGraph): OperationGraph {
  if (!graph.nodes.some(rewritingOf)) return graph;
  const tensors = graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const to = new Writer(new Set([...tensors, ...graph.constants.keys()]));
  for (const node of graph.nodes) {
    const rewriting = node.kind === 'DynamicQuantizeLinear' && !isForProducts(node, graph) ? undefined : rewritingOf(node);
    if (rewriting) rewriting(node, to, graph);
    else to.nodes.push(node);
  }
  return { ...graph, nodes: to.nodes, constants: new Map([...graph.constants, ...to.constants]) };
}
