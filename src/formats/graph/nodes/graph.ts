/**
 * A graph of operations in memory: nodes that take tensors by name and give others. Operations have ONNX's names, attributes and order of
 * sides, whatever format they come from: a reader of another format writes its nodes down as those of ONNX, with a `Transpose` where sides
 * are counted otherwise, which costs nothing (`layers/activation.ts`).
 */
import type { Constant } from './constant.ts';

export type AttributeValue = number | readonly number[] | string | Constant;

export interface NodeParts {
  /** Empty where nobody gave it one. */
  readonly name: string;
  /** `op_type`, such as `Conv`. */
  readonly kind: string;
  /** Empty for ONNX's own operations. */
  readonly domain: string;
  /** Names of tensors; an empty one stands for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** The path of the module that it was a part of, such as `layer4.1.conv1`; absent where nothing says it. */
  readonly module?: string;
}

export class GraphNode implements NodeParts {
  readonly name: string;
  readonly kind: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly module?: string;

  constructor({ name, kind, domain, inputs, outputs, attributes, module }: NodeParts) {
    this.name = name;
    this.kind = kind;
    this.domain = domain;
    this.inputs = inputs;
    this.outputs = outputs;
    this.attributes = attributes;
    if (module !== undefined) this.module = module;
  }

  /** The same with other parts. */
  with(parts: Partial<NodeParts>): GraphNode {
    return new GraphNode({ ...this, ...parts });
  }

  has(attribute: string): boolean {
    return this.attributes.has(attribute);
  }

  number(attribute: string, otherwise: number): number {
    const value = this.attributes.get(attribute);
    return typeof value === 'number' ? value : otherwise;
  }

  /** Null where there is no such list. */
  numbers(attribute: string): readonly number[] | null {
    const value = this.attributes.get(attribute);
    return Array.isArray(value) ? value : null;
  }

  text(attribute: string, otherwise: string): string {
    const value = this.attributes.get(attribute);
    return typeof value === 'string' ? value : otherwise;
  }

  tensor(attribute: string): Constant | null {
    const value = this.attributes.get(attribute);
    return typeof value === 'object' && 'kind' in value ? value : null;
  }

  /** What a layer made of it is called: its name without the leading slash, else what its result is called. */
  get layerName(): string {
    return (this.name || this.outputs.find((output) => output !== '') || this.kind).replace(/^\/+/, '') || this.kind;
  }

  /** What sentences call it. */
  get title(): string {
    return `${this.name || this.outputs[0] || 'without a name'} (${this.kind})`;
  }
}

export type ImageLayout = 'channels-first' | 'channels-last';

/** A tensor that is given from outside; null for a side that is open. */
export interface GraphInput {
  readonly name: string;
  /** Null where the file does not say it. */
  readonly shape: readonly (number | null)[] | null;
  /** Which side the channels of images are; left out where the file does not say it and nobody has. */
  readonly layout?: ImageLayout;
  /** Whether its values are whole numbers, as those of an image in a file are; left out where they are floats, or nothing says it. */
  readonly isWhole?: boolean;
}

export interface OperationGraph {
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Without those that have a value in the file. */
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  /** The version of ONNX's operations. */
  readonly opset: number;
  /** Operations that the file defines itself, with what their names begin with. */
  readonly functions?: ReadonlySet<string>;
}

/** The node that gives each tensor. */
export function producersIn({ nodes }: OperationGraph): Map<string, GraphNode> {
  return new Map(nodes.flatMap((node) => node.outputs.filter((output) => output !== '').map((output) => [output, node] as const)));
}
