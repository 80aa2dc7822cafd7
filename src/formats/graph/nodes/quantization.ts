/** Quantized networks, as ONNX writes them: whole numbers for weights, and between operations pairs of nodes that round and undo it. */
import { type Constant, constant, singleOf } from './constant.ts';
import { combined, mapped, picked } from './constant-arithmetic.ts';
import { rounded } from './constant-functions.ts';
import { ELEMENT_TYPES } from './element-types.ts';
import { type GraphNode, type OperationGraph, producersIn } from './graph.ts';

/** Of values without a zero point, as ONNX has it. */
const BYTES = [0, 255] as const;

/** Of values without a zero point that say their type. */
function rangeOf(node: GraphNode, zero: Constant | null | undefined): readonly [least: number, most: number] {
  const type = node.number('output_dtype', 0);
  const own = zero ? zero.range : type === 0 ? BYTES : ELEMENT_TYPES[type]?.range;
  if (!own) throw new Error(`the node ${node.title} rounds to numbers of a kind that is not read here`);
  return own;
}

/** One number for all, one for each place of a side, laid out along that, or one for each block of places. @throws Error */
function along(node: GraphNode, given: Constant, { shape }: Constant): Constant {
  if (given.values.length === 1) return constant([], [given.values[0] ?? 0], given.isFloat);
  const axis = node.number('axis', 1);
  const own = axis < 0 ? axis + shape.length : axis;
  const block = node.number('block_size', 0);
  const wanted = block > 0 ? shape.map((side, i) => (i === own ? Math.ceil(side / block) : side)) : [shape[own]];
  if (given.shape.join() !== wanted.join())
    throw new Error(
      `the node ${node.title} has scales or zero points of the shape [${given.shape.join(', ')}] for a tensor of [${shape.join(', ')}]`,
    );
  if (block > 0) return picked(given, shape, (place) => place.map((at, i) => (i === own ? Math.floor(at / block) : at)));
  return constant(
    shape.map((side, i) => (i === own ? side : 1)),
    given.values,
    given.isFloat,
  );
}

/** `(value - zero) * scale` */
export function dequantized(node: GraphNode, [x, scale, zero]: readonly (Constant | null)[]): Constant | null {
  if (!x || !scale) return null;
  const centred = zero ? combined(x, along(node, zero, x), (value, middle) => value - middle) : x;
  return combined(centred, along(node, scale, x), (value, factor) => value * factor, true);
}

/** `value / scale + zero`, rounded, within what the type holds. */
export function quantized(node: GraphNode, [x, scale, zero]: readonly (Constant | null)[]): Constant | null {
  if (!x || !scale) return null;
  const [least, most] = rangeOf(node, zero);
  const counted = mapped(
    combined(x, along(node, scale, x), (value, step) => value / step),
    rounded,
  );
  const moved = zero ? combined(counted, along(node, zero, x), (value, middle) => value + middle) : counted;
  const { shape, values } = mapped(moved, (value) => Math.min(most, Math.max(least, value)));
  return { ...constant(shape, values, false), range: [least, most] };
}

const ROUNDING = /^(QuantizeLinear|DynamicQuantizeLinear|QLinear\w+)$/;

/** Whether anything that is computed from the image is rounded. */
export function isQuantized({ nodes }: OperationGraph): boolean {
  return nodes.some(({ domain, kind }) => domain === '' && ROUNDING.test(kind));
}

/** What leaves scores in their order, or makes probabilities of them. */
const OF_SCORES: ReadonlySet<string> = new Set([
  'DequantizeLinear',
  'Flatten',
  'Identity',
  'LogSoftmax',
  'QuantizeLinear',
  'Reshape',
  'Sigmoid',
  'Softmax',
  'Squeeze',
]);

/** The outputs, and what they are made of without anything learnt. */
function scoresIn({ outputs }: OperationGraph, producers: ReadonlyMap<string, GraphNode>): Set<string> {
  const scores = new Set(outputs);
  for (const name of scores) {
    const node = producers.get(name);
    const [input] = node?.inputs ?? [];
    if (node && input !== undefined && node.domain === '' && OF_SCORES.has(node.kind)) scores.add(input);
  }
  return scores;
}

/** What takes values from one place to another, or the greatest of some: of whole numbers the same as of what they stand for. */
const KEEPS_VALUES: ReadonlySet<string> = new Set(['Flatten', 'MaxPool', 'Reshape', 'Slice', 'Squeeze', 'Transpose', 'Unsqueeze']);

/** What rounded the values of a tensor; null where nothing did. */
function roundingOf(name: string, producers: ReadonlyMap<string, GraphNode>): GraphNode | null {
  for (let node = producers.get(name); node?.domain === ''; node = producers.get(node.inputs[0] ?? '')) {
    if (node.kind === 'QuantizeLinear') return node;
    if (!KEEPS_VALUES.has(node.kind)) return null;
  }
  return null;
}

/**
 * In floating point, without rounding. What a type of whole numbers cannot hold is cut off as before: exporters leave a ReLU out where that does
 * the same. Scores are not cut off, as they would be no logits then.
 */
export function withoutRounding(graph: OperationGraph): OperationGraph {
  const { constants } = graph;
  const producers = producersIn(graph);
  const scores = scoresIn(graph, producers);
  const numberIn = (name = '', otherwise: number | null = null) => (name === '' ? otherwise : singleOf(constants.get(name)));
  /** Of a node that rounds; null where it has several scales. */
  const bounds = (node: GraphNode) => {
    const [, scaleName = '', zeroName = ''] = node.inputs;
    const [scale, middle] = [numberIn(scaleName), numberIn(zeroName, 0)];
    if (scale === null || middle === null) return null;
    const [least, most] = rangeOf(node, constants.get(zeroName));
    return { scale, middle, least, most };
  };
  /** What cuts off in its place. */
  const cut = (node: GraphNode, input: string, { scale, middle, least, most }: NonNullable<ReturnType<typeof bounds>>) => {
    // Cut off at zero, it is a ReLU.
    if (least < middle && scores.has(node.outputs[0] ?? '')) return node.with({ kind: 'Identity', inputs: [input], attributes: new Map() });
    const attributes = new Map([
      ['min', (least - middle) * scale],
      ['max', (most - middle) * scale],
    ]);
    return node.with({ kind: 'Clip', inputs: [input], attributes });
  };
  /** Those whose values are taken elsewhere before they are floats again. */
  const between = new Set<GraphNode>();
  const nodes = graph.nodes.map((node): GraphNode => {
    const rounding = node.kind === 'DequantizeLinear' && node.domain === '' ? roundingOf(node.inputs[0] ?? '', producers) : null;
    const known = rounding && bounds(rounding);
    const [, scaleName, zeroName] = node.inputs;
    const isSame = known && numberIn(scaleName) === known.scale && numberIn(zeroName, 0) === known.middle;
    if (!rounding || !isSame) return node;
    const isNext = rounding === producers.get(node.inputs[0] ?? '');
    // Of the two, the one that has a name gives it to the layer.
    if (isNext && (node.name !== '' || rounding.name === '')) return cut(node, rounding.inputs[0] ?? '', known);
    between.add(rounding);
    return node.with({ kind: 'Identity', inputs: node.inputs.slice(0, 1), attributes: new Map() });
  });
  return {
    ...graph,
    nodes: nodes.map((node) => {
      const known = between.has(node) ? bounds(node) : null;
      return known ? cut(node, node.inputs[0] ?? '', known) : node;
    }),
  };
}
