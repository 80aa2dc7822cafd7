/** Functions that multiply a tensor with a function of itself: SiLU, Hardswish and GELU, as exporters write them out. */
import { singleOf } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';
import { isNear, type Product, productAt, raised, scaled, shifted } from './products.ts';
import type { Surroundings } from './surroundings.ts';

/** A node that takes the place of several. */
export interface Match {
  readonly replacement: GraphNode;
  /** All that it stands for. */
  readonly nodes: readonly GraphNode[];
}

/** `x` and the gate that it is multiplied with. */
interface Gated {
  readonly x: string;
  readonly gate: GraphNode;
}

/** Null where it is no product of two tensors, one of which comes of the other. */
function gatedIn({ tensors }: Product, around: Surroundings, isGate: (gate: GraphNode) => boolean): Gated | null {
  if (tensors.length !== 2) return null;
  for (const [x, other] of [tensors, tensors.toReversed()]) {
    const gate = around.producer(other ?? '');
    if (x !== undefined && gate?.domain === '' && isGate(gate)) return { x, gate };
  }
  return null;
}

function replaced(last: GraphNode, kind: string, x: string, attributes: readonly (readonly [string, string])[] = []): GraphNode {
  return last.with({ kind, inputs: [x], attributes: new Map(attributes) });
}

/** `x * sigmoid(x)` */
export function silu(last: GraphNode, around: Surroundings): Match | null {
  const product = productAt(last, around);
  const found = gatedIn(product, around, ({ kind }) => kind === 'Sigmoid');
  if (!found || product.factor !== 1 || found.gate.inputs[0] !== found.x) return null;
  if (!around.isOnlyFor(found.gate, ...product.nodes)) return null;
  return { replacement: replaced(last, 'Swish', found.x), nodes: [...product.nodes, found.gate] };
}

/** Bounds of a `Clip`, as attributes or inputs. */
export function boundsOf(clip: GraphNode, around: Surroundings): readonly [number | null, number | null] {
  const bound = (place: number, attribute: string) =>
    clip.has(attribute) ? clip.number(attribute, 0) : singleOf(around.constant(clip.inputs[place] ?? ''));
  return [bound(1, 'min'), bound(2, 'max')];
}

/** `x * hardSigmoid(x)` of a sixth and a half, or `x * clip(x + 3, 0, 6) / 6` */
export function hardSwish(last: GraphNode, around: Surroundings): Match | null {
  const product = productAt(last, around);
  const { nodes, factor } = product;
  const found = gatedIn(product, around, ({ kind }) => kind === 'HardSigmoid' || kind === 'Clip');
  if (!found || !around.isOnlyFor(found.gate, ...nodes)) return null;
  const { x, gate } = found;
  if (gate.kind === 'HardSigmoid') {
    const isUsual = isNear(gate.number('alpha', 0.2), 1 / 6) && isNear(gate.number('beta', 0.5), 0.5) && factor === 1;
    return isUsual && gate.inputs[0] === x ? { replacement: replaced(last, 'HardSwish', x), nodes: [...nodes, gate] } : null;
  }
  const sum = around.producer(gate.inputs[0] ?? '');
  const added = shifted(sum, around);
  const [low, high] = boundsOf(gate, around);
  const isUsual = added?.tensor === x && isNear(added.number, 3) && low === 0 && high === 6 && isNear(factor, 1 / 6);
  if (!isUsual || !sum || !around.isOnlyFor(sum, gate)) return null;
  return { replacement: replaced(last, 'HardSwish', x), nodes: [...nodes, gate, sum] };
}

/** `x * (1 + erf(x / sqrt 2)) / 2`, or by a hyperbolic tangent (Hendrycks & Gimpel 2016). */
export function gelu(last: GraphNode, around: Surroundings): Match | null {
  const product = productAt(last, around);
  const found = gatedIn(product, around, (gate) => shifted(gate, around) !== null);
  if (!found || !isNear(product.factor, 0.5) || !around.isOnlyFor(found.gate, ...product.nodes)) return null;
  const { x, gate } = found;
  const added = shifted(gate, around);
  const curve = around.producer(added?.tensor ?? '');
  if (!added || !isNear(added.number, 1) || !curve || !around.isOnlyFor(curve, gate)) return null;
  const inner = around.producer(curve.inputs[0] ?? '');
  if (!inner || !around.isOnlyFor(inner, curve)) return null;
  const nodes = [...product.nodes, gate, curve, inner];
  if (curve.kind === 'Erf') {
    const argument = scaled(inner, around);
    const isExact = argument?.tensor === x && isNear(argument.number, Math.SQRT1_2);
    return isExact ? { replacement: replaced(last, 'Gelu', x), nodes } : null;
  }
  if (curve.kind !== 'Tanh') return null;
  const cubic = cubicIn(inner, x, around);
  return cubic && { replacement: replaced(last, 'Gelu', x, [['approximate', 'tanh']]), nodes: [...nodes, ...cubic] };
}

/** The nodes of `sqrt(2 / pi) * (x + 0.044715 * x ** 3)`, but for the last; null for anything else. */
function cubicIn(inner: GraphNode, x: string, around: Surroundings): GraphNode[] | null {
  const outer = scaled(inner, around);
  const sum = around.producer(outer?.tensor ?? '');
  if (!outer || !isNear(outer.number, Math.sqrt(2 / Math.PI)) || sum?.kind !== 'Add' || !around.isOnlyFor(sum, inner)) return null;
  const other = sum.inputs.find((input) => input !== x);
  const term = around.producer(other ?? '');
  if (!sum.inputs.includes(x) || !term || !around.isOnlyFor(term, sum)) return null;
  const { tensors, factor, nodes } = productAt(term, around);
  if (!isNear(factor, 0.044715)) return null;
  if (tensors.length === 3 && tensors.every((tensor) => tensor === x)) return [sum, ...nodes];
  const power = around.producer(tensors[0] ?? '');
  const cube = raised(power, around);
  const isCube = tensors.length === 1 && power && cube?.tensor === x && cube.number === 3 && around.isOnlyFor(power, ...nodes);
  return isCube ? [sum, ...nodes, power] : null;
}
