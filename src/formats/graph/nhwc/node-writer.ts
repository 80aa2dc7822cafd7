/** Writes nodes down for those of another framework: what is computed from constants alone becomes one at once. */
import type { Constant } from '../nodes/constant.ts';
import { folded } from '../nodes/constant-operations.ts';
import { type AttributeValue, GraphNode } from '../nodes/graph.ts';

/** A node that others are written down for: they bear its name, and the last one's result is called as its own is. */
export interface Owner {
  readonly name: string;
  readonly output: string;
}

export class NodeWriter {
  readonly #nodes: GraphNode[] = [];
  readonly #constants: Map<string, Constant>;
  readonly #taken: Set<string>;
  #made = 0;

  /** @param taken what tensors are called already, or will be */
  constructor(constants: ReadonlyMap<string, Constant>, taken: Iterable<string>) {
    this.#constants = new Map(constants);
    this.#taken = new Set([...constants.keys(), ...taken]);
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  get constants(): ReadonlyMap<string, Constant> {
    return this.#constants;
  }

  /** Null for what depends on the image. */
  constantAt(tensor: string): Constant | null {
    return this.#constants.get(tensor) ?? null;
  }

  /** A name that no tensor has. */
  free(wanted: string): string {
    for (;;) {
      const name = `${wanted}#${++this.#made}`;
      if (!this.#taken.has(name)) return name;
    }
  }

  /** @returns what the constant is called */
  constant(owner: string, value: Constant): string {
    const name = this.free(owner);
    this.#constants.set(name, value);
    return name;
  }

  /** @throws Error for what cannot be right @returns what the first result is called */
  add(
    owner: string,
    kind: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs: readonly string[] = [this.free(owner)],
    domain = '',
  ): string {
    const [output = ''] = outputs;
    const node = new GraphNode({ name: owner, kind, domain, inputs, outputs, attributes: new Map(Object.entries(attributes)) });
    const given = inputs.map((input) => this.constantAt(input));
    const isKnown = inputs.every((input, i) => input === '' || given[i]);
    const value = isKnown ? folded(node, given) : null;
    if (value) this.#constants.set(output, value);
    else this.#nodes.push(node);
    return output;
  }
}
