/** Functions that exporters write out as several nodes become one again. */
import type { GraphNode, OperationGraph } from '../nodes/graph.ts';
import { chosenActivation } from './chosen-activations.ts';
import { denseWithBias } from './dense-layers.ts';
import { gelu, hardSwish, type Match, silu } from './gated-activations.ts';
import { groupNormalization } from './group-normalization.ts';
import { inverseNormalization } from './inverse-normalization.ts';
import { layerNormalization } from './layer-normalization.ts';
import { lengthNormalization } from './length-normalization.ts';
import { localResponse } from './local-response.ts';
import { logSoftmax } from './log-softmax.ts';
import { meanOfMeans } from './means.ts';
import { repeatedForArithmetic } from './repeats.ts';
import { scaledAndShifted } from './scales.ts';
import { Surroundings } from './surroundings.ts';

type Pattern = (last: GraphNode, around: Surroundings) => Match | null;

/** By the kind of the node that they are found by. */
type Patterns = Readonly<Record<string, readonly Pattern[]>>;

const PATTERNS: Patterns = {
  Add: [denseWithBias, inverseNormalization, repeatedForArithmetic],
  Div: [layerNormalization, hardSwish, gelu, lengthNormalization, localResponse, repeatedForArithmetic],
  Log: [logSoftmax],
  Mul: [silu, hardSwish, gelu, repeatedForArithmetic],
  ReduceMean: [meanOfMeans],
  Reshape: [groupNormalization],
  Sub: [repeatedForArithmetic],
  Where: [chosenActivation],
};

/** A layer normalisation ends so, too. */
const SCALES: Patterns = { Add: [scaledAndShifted] };

/** Each node once: what was recognised is no part of anything else. */
function recognised(graph: OperationGraph, patterns: Patterns): OperationGraph {
  const around = new Surroundings(graph);
  const used = new Set<GraphNode>();
  const replacements = new Map<GraphNode, GraphNode>();
  for (const node of graph.nodes.toReversed()) {
    if (used.has(node) || node.domain !== '') continue;
    for (const pattern of patterns[node.kind] ?? []) {
      const match = pattern(node, around);
      if (!match || match.nodes.some((part) => used.has(part))) continue;
      const last = match.nodes.find(({ outputs }) => outputs[0] === match.replacement.outputs[0]) ?? node;
      for (const part of match.nodes) used.add(part);
      replacements.set(last, match.replacement);
      break;
    }
  }
  return { ...graph, nodes: graph.nodes.flatMap((node) => replacements.get(node) ?? (used.has(node) ? [] : [node])) };
}

export function withPatternsRecognised(graph: OperationGraph): OperationGraph {
  return recognised(graph, PATTERNS);
}

/** Once what they may be a part of is recognised. */
export function withScalesJoined(graph: OperationGraph): OperationGraph {
  return recognised(graph, SCALES);
}
