/** What stands before and after nodes. */
import type { Constant } from '../nodes/constant.ts';
import { type GraphNode, type OperationGraph, producersIn } from '../nodes/graph.ts';

export class Surroundings {
  readonly #graph: OperationGraph;
  readonly #producers: ReadonlyMap<string, GraphNode>;
  readonly #consumers = new Map<string, GraphNode[]>();

  constructor(graph: OperationGraph) {
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

  producer(tensor: string): GraphNode | undefined {
    return this.#producers.get(tensor);
  }

  consumers(tensor: string): readonly GraphNode[] {
    return this.#consumers.get(tensor) ?? [];
  }

  /** Whether nobody but the second node, or one of several, takes what the first one gives. */
  isOnlyFor(node: GraphNode, ...allowed: readonly GraphNode[]): boolean {
    const [output = ''] = node.outputs;
    const consumers = this.consumers(output);
    return !this.#graph.outputs.includes(output) && consumers.every((consumer) => allowed.includes(consumer));
  }
}
