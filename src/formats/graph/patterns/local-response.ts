/**
 * `nn.LocalResponseNorm` of PyTorch, whose exporter writes down what it does: squares, laid out so that channels are a side to be pooled along,
 * padded, averaged, and laid out as they were.
 */
import { type Constant, numbersOf, singleOf } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import { raised, scaled, shifted } from './products.ts';
import type { Surroundings } from './surroundings.ts';

/** From the last to the first; paddings of nothing may be left out. */
const STEPS: readonly string[] = ['Reshape', 'Squeeze', 'AveragePool', 'Pad', 'Pad', 'Reshape', 'Unsqueeze', 'Mul'];

/** The nodes before one, each of them for nobody else. */
function chainBefore(last: GraphNode, tensor: string, around: Surroundings): GraphNode[] | null {
  const chain: GraphNode[] = [];
  let [name, next] = [tensor, last];
  for (const kind of STEPS) {
    const node = around.producer(name);
    if (kind === 'Pad' && node?.kind !== 'Pad') continue;
    if (node?.kind !== kind || node.domain !== '' || !around.isOnlyFor(node, next)) return null;
    chain.push(node);
    [name, next] = [node.inputs[0] ?? '', node];
  }
  return chain;
}

function listOf(node: GraphNode, place: number, attribute: string, around: Surroundings): readonly number[] {
  const given: Constant | null = around.constant(node.inputs[place] ?? '');
  return (given ? numbersOf(given) : node.numbers(attribute)) ?? [];
}

/** The sides that a tensor is laid out in: lengths, or which sides of `x` they are as long as; empty where that is not known. */
function sidesOf(reshape: GraphNode, x: string, around: Surroundings): string[] {
  const target = reshape.inputs[1] ?? '';
  const known = around.constant(target);
  if (known) return numbersOf(known).map(String);
  const concat = around.producer(target);
  if (concat?.kind !== 'Concat') return [];
  const sides = concat.inputs.map((input) => {
    const length = singleOf(around.constant(input));
    if (length !== null) return String(length);
    const gather = around.producer(around.producer(input)?.inputs[0] ?? '');
    const shape = around.producer(gather?.inputs[0] ?? '');
    const place = singleOf(around.constant(gather?.inputs[1] ?? ''));
    return gather?.kind === 'Gather' && shape?.kind === 'Shape' && shape.inputs[0] === x && place !== null ? `side ${place}` : '';
  });
  return sides.includes('') ? [] : sides;
}

/** How many channels before and after are pooled with each; null where anything else is done. */
function reach(chain: readonly GraphNode[], x: string, around: Surroundings): number | null {
  const of = (kind: string) => chain.filter((node) => node.kind === kind);
  const [[back, there], [pool], [squeeze], [unsqueeze]] = [of('Reshape'), of('AveragePool'), of('Squeeze'), of('Unsqueeze')];
  if (!back || !there || !pool || !squeeze || !unsqueeze) return null;
  const [batch, one, channels, rows, columns] = sidesOf(there, x, around);
  const whole = sidesOf(back, x, around);
  const isLaidOut = one === '1' && whole.length === 4 && [batch, channels, rows].every((side, i) => side === whole[i]);
  const isWhole = columns === '-1' || columns === whole[3];
  const areAxes = [squeeze, unsqueeze].every((node) => listOf(node, 1, 'axes', around).join() === '1');
  const [size = 0, ...others] = pool.numbers('kernel_shape') ?? [];
  const isPlain = (attribute: string, value: number) => (pool.numbers(attribute) ?? []).every((each) => each === value);
  const isPooled = others.join() === '1,1' && isPlain('strides', 1) && isPlain('pads', 0) && isPlain('dilations', 1);
  const half = (size - 1) / 2;
  const pads = of('Pad').map((node) => listOf(node, 1, 'pads', around));
  const total = Array.from({ length: 10 }, (_, end) => pads.reduce((sum, own) => sum + (own[end] ?? Number.NaN), 0));
  const isPadded = total.every((pad, end) => pad === (end === 2 || end === 7 ? half : 0));
  const isOfZeros = of('Pad').every(
    (node) =>
      node.text('mode', 'constant') === 'constant' && !node.number('value', 0) && !(singleOf(around.constant(node.inputs[2] ?? '')) ?? 0),
  );
  return isLaidOut && isWhole && areAxes && isPooled && isPadded && isOfZeros ? half : null;
}

/** @param last the node that divides */
export function localResponse(last: GraphNode, around: Surroundings): Match | null {
  const [x = '', divisor = ''] = last.inputs;
  const power = around.producer(divisor);
  const raising = raised(power, around);
  const sum = around.producer(raising?.tensor ?? '');
  const adding = shifted(sum, around);
  const product = around.producer(adding?.tensor ?? '');
  const scaling = scaled(product, around);
  if (!power || !raising || !sum || !adding || !product || !scaling) return null;
  const chain = chainBefore(product, scaling.tensor, around);
  const squares = chain?.at(-1);
  const isOfSquares = squares?.inputs.length === 2 && squares.inputs.every((input) => input === x);
  const areOwn = around.isOnlyFor(power, last) && around.isOnlyFor(sum, power) && around.isOnlyFor(product, sum);
  const half = chain && isOfSquares && areOwn ? reach(chain, x, around) : null;
  if (!chain || half === null || !Number.isInteger(half)) return null;
  const attributes = new Map([
    ['size', 2 * half + 1],
    ['alpha', scaling.number],
    ['beta', raising.number],
    ['bias', adding.number],
  ]);
  return { replacement: last.with({ kind: 'LRN', inputs: [x], attributes }), nodes: [...chain, product, sum, power, last] };
}
