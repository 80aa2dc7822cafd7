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

/** Whether anything that is computed from the image is rounded. */
export function isQuantized({ nodes }: OperationGraph): boolean {
  return nodes.some(({ domain, kind }) => domain === '' && kind === 'QuantizeLinear');
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

/**
 * In floating point, without rounding. What a type of whole numbers cannot hold is cut off as before: exporters leave a ReLU out where that does
 * the same. Scores are not cut off, as they would be no logits then.
 */
export function withoutRounding(graph: OperationGraph): OperationGraph {
  const producers = producersIn(graph);
  const scores = scoresIn(graph, producers);
  const nodes = graph.nodes.map((node): GraphNode => {
    const before = producers.get(node.inputs[0] ?? '');
    if (node.kind !== 'DequantizeLinear' || node.domain !== '' || before?.kind !== 'QuantizeLinear' || before.domain !== '') return node;
    const [x = '', scaleName = '', zeroName = ''] = before.inputs;
    const [scale, zero] = [singleOf(graph.constants.get(scaleName)), graph.constants.get(zeroName)];
    const middle = zeroName === '' ? 0 : singleOf(zero);
    const isSame = node.inputs[1] === scaleName || singleOf(graph.constants.get(node.inputs[1] ?? '')) === scale;
    if (scale === null || middle === null || !isSame) return node;
    const [least, most] = rangeOf(before, zero);
    // Cut off at zero, it is a ReLU.
    if (least < middle && scores.has(node.outputs[0] ?? '')) return node.with({ kind: 'Identity', inputs: [x] });
    const attributes = new Map([
      ['min', (least - middle) * scale],
      ['max', (most - middle) * scale],
    ]);
    return node.with({ kind: 'Clip', inputs: [x], attributes });
  });
  return { ...graph, nodes };
}
