/** Passes over a graph that leave what it computes as it is: each gives another graph. */
import { type Constant, singleOf } from './constant.ts';
import { folded } from './constant-operations.ts';
import { type GraphNode, type OperationGraph, producersIn } from './graph.ts';

/** Without nodes that lead to no output, such as those of training. */
export function withoutUnused(graph: OperationGraph): OperationGraph {
  const producers = producersIn(graph);
  const used = new Set<GraphNode>();
  const wanted = [...graph.outputs];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const node = producers.get(name);
    if (!node || used.has(node)) continue;
    used.add(node);
    wanted.push(...node.inputs);
  }
  return { ...graph, nodes: graph.nodes.filter((node) => used.has(node)) };
}

/** With the nodes in an order in which each comes after what it takes, which ONNX asks for and not every exporter keeps to. */
export function inRunningOrder(graph: OperationGraph): OperationGraph {
  const producers = producersIn(graph);
  const given = new Set(['', ...graph.constants.keys(), ...graph.inputs.map(({ name }) => name)]);
  const consumers = new Map<GraphNode, GraphNode[]>();
  const missing = new Map<GraphNode, number>();
  for (const node of graph.nodes) {
    const before = new Set<GraphNode>();
    for (const input of node.inputs) {
      const producer = producers.get(input);
      if (producer) before.add(producer);
      else if (!given.has(input)) throw new Error(`the node ${node.title} takes the tensor ${input}, which nothing gives`);
    }
    missing.set(node, before.size);
    for (const producer of before) {
      const known = consumers.get(producer);
      if (known) known.push(node);
      else consumers.set(producer, [node]);
    }
  }
  const nodes = graph.nodes.filter((node) => missing.get(node) === 0);
  // What is added while the list is walked through is visited too.
  for (const node of nodes)
    for (const consumer of consumers.get(node) ?? []) {
      const left = (missing.get(consumer) ?? 0) - 1;
      missing.set(consumer, left);
      if (left === 0) nodes.push(consumer);
    }
  const waiting = graph.nodes.find((node) => (missing.get(node) ?? 0) > 0);
  if (waiting) throw new Error(`the node ${waiting.title} waits for itself`);
  return { ...graph, nodes };
}

/** What is computed from constants alone becomes one. */
export function withConstantsFolded(graph: OperationGraph): OperationGraph {
  const constants = new Map<string, Constant>(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const inputs = node.inputs.map((input) => constants.get(input) ?? null);
    if (!node.inputs.every((input, i) => input === '' || inputs[i])) return true;
    const value = folded(node, inputs);
    const [output] = node.outputs;
    if (!value || output === undefined) return true;
    constants.set(output, value);
    return false;
  });
  return { ...graph, nodes, constants };
}

/** Operations that act in training only. */
const IDENTITIES: ReadonlySet<string> = new Set(['Identity', 'Dropout']);

/** What sentences call the nodes that are told to act as in training, and draw at random then. */
export function randomNodes(graph: OperationGraph): string[] {
  const producers = producersIn(graph);
  const isSet = (input: string | undefined) => {
    if (input === undefined) return false;
    return singleOf(graph.constants.get(input) ?? producers.get(input)?.tensor('value')) === 1;
  };
  return graph.nodes
    .filter(({ domain, kind, inputs }) => domain === '' && kind === 'Dropout' && isSet(inputs[2]))
    .map(({ title }) => title);
}

/** Whoever takes what such a node gives takes what goes in. */
export function withoutIdentities(graph: OperationGraph): OperationGraph {
  const taken = new Set([...graph.outputs, ...graph.nodes.flatMap((node) => node.inputs)]);
  const sources = new Map<string, string>();
  const sourceOf = (name: string): string => sources.get(name) ?? name;
  const nodes = graph.nodes.flatMap((node) => {
    const inputs = node.inputs.map(sourceOf);
    const [input = ''] = inputs;
    const [output, mask] = node.outputs;
    // An input that is left out has no name either.
    const isMaskTaken = Boolean(mask) && taken.has(mask ?? '');
    const isIdentity = node.domain === '' && IDENTITIES.has(node.kind) && output !== undefined && !isMaskTaken;
    if (!isIdentity) return [node.with({ inputs })];
    sources.set(output, input);
    return [];
  });
  return { ...graph, nodes, outputs: graph.outputs.map(sourceOf) };
}
