/** A layer normalisation, as exporters write it out before opset 17: `(x - mean) / sqrt(mean of squares + epsilon)`, scaled and shifted. */
import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import { lastSideOfMean } from './means.ts';
import { raised, shifted } from './products.ts';
import type { Surroundings } from './surroundings.ts';

/** The one node that takes a tensor, if there is only one. */
function onlyConsumer(node: GraphNode, around: Surroundings): GraphNode | null {
  const [consumer, another] = around.consumers(node.outputs[0] ?? '');
  return consumer && !another && around.isOnlyFor(node, consumer) ? consumer : null;
}

/** The other input of an operation, where it is a weight. */
function weightOf(node: GraphNode | null, kind: string, tensor: string, around: Surroundings): string | null {
  if (node?.kind !== kind || !node.inputs.includes(tensor)) return null;
  const other = node.inputs.find((input) => input !== tensor) ?? '';
  return around.constant(other)?.shape.length === 1 ? other : null;
}

function isMeanOfLast(node: GraphNode | undefined, around: Surroundings): node is GraphNode {
  return node !== undefined && lastSideOfMean(node, around) === -1;
}

/** @param divided the node that divides what is centred by its std */
export function layerNormalization(divided: GraphNode, around: Surroundings): Match | null {
  if (divided.kind !== 'Div') return null;
  const [centredName = '', stdName = ''] = divided.inputs;
  const [centred, std] = [around.producer(centredName), around.producer(stdName)];
  if (centred?.kind !== 'Sub' || std?.kind !== 'Sqrt') return null;
  const [x = '', meanName = ''] = centred.inputs;
  const mean = around.producer(meanName);
  const sum = around.producer(std.inputs[0] ?? '');
  const epsilon = shifted(sum, around);
  const variance = around.producer(epsilon?.tensor ?? '');
  if (!isMeanOfLast(mean, around) || mean.inputs[0] !== x || !sum || !epsilon || !isMeanOfLast(variance, around)) return null;
  const square = around.producer(variance.inputs[0] ?? '');
  const power = raised(square, around);
  const isSquared = power
    ? power.tensor === centredName && power.number === 2
    : square?.kind === 'Mul' && square.inputs.every((input) => input === centredName);
  if (!square || !isSquared) return null;
  const inside: readonly (readonly [GraphNode, readonly GraphNode[]])[] = [
    [mean, [centred]],
    [centred, [square, divided]],
    [square, [variance]],
    [variance, [sum]],
    [sum, [std]],
    [std, [divided]],
  ];
  if (!inside.every(([node, consumers]) => around.isOnlyFor(node, ...consumers))) return null;
  const scaling = onlyConsumer(divided, around);
  const gamma = weightOf(scaling, 'Mul', divided.outputs[0] ?? '', around);
  const shifting = scaling && gamma !== null ? onlyConsumer(scaling, around) : null;
  const beta = scaling && weightOf(shifting, 'Add', scaling.outputs[0] ?? '', around);
  if (!scaling || !shifting || gamma === null || beta === null) return null;
  const attributes = new Map([
    ['axis', -1],
    ['epsilon', epsilon.number],
  ]);
  return {
    replacement: shifting.with({ kind: 'LayerNormalization', inputs: [x, gamma, beta], attributes }),
    nodes: [...inside.map(([node]) => node), divided, scaling, shifting],
  };
}
