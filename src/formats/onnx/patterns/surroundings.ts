/** What stands before and after nodes. */
import type { Constant } from '../graph/constant.ts';
import { type OnnxGraph, type OnnxNode, producersIn } from '../graph/graph.ts';

export class Surroundings {
  readonly #graph: OnnxGraph;
  readonly #producers: ReadonlyMap<string, OnnxNode>;
  readonly #consumers = new Map<string, OnnxNode[]>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    this.#producers = producersIn(graph);
    for (const node of graph.nodes)
      for (const input of new Set(node.inputs)) {
        const known = this.#consumers.get(input);
        if (known) known.push(node);
        else this.#consumers.set(input, [node]);
      }
  }

  constant(tensor: string): Constant | null {
    return this.#graph.constants.get(tensor) ?? null;
  }

  producer(tensor: string): OnnxNode | undefined {
    return this.#producers.get(tensor);
  }

  consumers(tensor: string): readonly OnnxNode[] {
    return this.#consumers.get(tensor) ?? [];
  }

  /** Whether nobody but the second node, or one of several, takes what the first one gives. */
  isOnlyFor(node: OnnxNode, ...allowed: readonly OnnxNode[]): boolean {
    const [output = ''] = node.outputs;
    const consumers = this.consumers(output);
    return !this.#graph.outputs.includes(output) && consumers.every((consumer) => allowed.includes(consumer));
  }
}
