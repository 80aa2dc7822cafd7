/** A node of a `GraphDef`, as it stands in JSON. https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/node_def.proto */

import type { Owner } from '../../graph/nhwc/node-writer.ts';
import { asArray, asObject, isObject, type JsonObject } from '../../json.ts';
import type { Json } from '../../network/artifacts.ts';
import { withoutScopes } from './layer-names.ts';

/** `DataType`, by the numbers that some writers use. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'DT_FLOAT',
  2: 'DT_DOUBLE',
  3: 'DT_INT32',
  4: 'DT_UINT8',
  5: 'DT_INT16',
  6: 'DT_INT8',
  7: 'DT_STRING',
  9: 'DT_INT64',
  10: 'DT_BOOL',
  14: 'DT_BFLOAT16',
  19: 'DT_HALF',
};

/** Texts are bytes: in base64, or as a list. */
function textOf(json: Json | undefined): string {
  if (Array.isArray(json)) return String.fromCharCode(...json.map(Number));
  try {
    return atob(String(json ?? ''));
  } catch {
    throw new Error('one of its settings is no base64');
  }
}

/** The sides that a `TensorShapeProto` has, null for an open one; null where it does not say how many. */
export function sidesOf(shape: JsonObject | null): readonly (number | null)[] | null {
  if (!shape || shape.unknownRank === true) return null;
  return asArray(shape.dim).map((dim) => {
    const side = Number(asObject(dim)?.size ?? -1);
    return Number.isInteger(side) && side > 0 ? side : null;
  });
}

/** The tensor that an input means: `node:0` is what the node gives first. */
export function tensorNamed(input: string): string {
  return input.replace(/:0$/, '');
}

/** The node that gives a tensor. */
export function nodeNamed(tensor: string): string {
  return tensor.replace(/:\d+$/, '');
}

export class TensorFlowNode {
  readonly name: string;
  readonly op: string;
  /** Names of tensors, without the nodes that only have to run before. */
  readonly inputs: readonly string[];
  /** What layers made of it are called. */
  readonly title: string;
  readonly #json: JsonObject;
  readonly #attributes: JsonObject;

  /** @param scopes what its title leaves out at the beginning of its name @throws Error saying what is wrong with it */
  constructor(json: JsonObject, scopes: readonly string[] = []) {
    const { name, op, input } = json;
    if (typeof name !== 'string' || name === '' || typeof op !== 'string') throw new Error('it has a node without a name or a kind');
    this.name = name;
    this.op = op;
    const inputs = asArray(input).filter((each) => typeof each === 'string');
    this.inputs = inputs.filter((each) => !each.startsWith('^')).map(tensorNamed);
    this.title = withoutScopes(name, scopes);
    this.#json = json;
    this.#attributes = asObject(json.attr) ?? {};
  }

  without(scopes: readonly string[]): TensorFlowNode {
    return new TensorFlowNode(this.#json, scopes);
  }

  /** As what ONNX's nodes are written down for it. */
  get owner(): Owner {
    return { name: this.title, output: this.name };
  }

  /** What its results are called. */
  outputs(count: number): string[] {
    return Array.from({ length: count }, (_, i) => (i === 0 ? this.name : `${this.name}:${i}`));
  }

  input(place: number): string {
    const name = this.inputs[place];
    if (name === undefined) throw new Error(`its input ${place + 1} is missing`);
    return name;
  }

  #value(attribute: string, field: string): Json | undefined {
    return Object.hasOwn(this.#attributes, attribute) ? asObject(this.#attributes[attribute])?.[field] : undefined;
  }

  text(attribute: string, otherwise: string): string {
    const value = this.#value(attribute, 's');
    return value === undefined ? otherwise : textOf(value);
  }

  texts(attribute: string): string[] {
    return asArray(asObject(this.#value(attribute, 'list'))?.s).map(textOf);
  }

  /** A whole number or a float. */
  number(attribute: string, otherwise: number): number {
    const value = Number(this.#value(attribute, 'i') ?? this.#value(attribute, 'f') ?? otherwise);
    if (Number.isNaN(value)) throw new Error(`its setting ${attribute} is no number`);
    return value;
  }

  numbers(attribute: string): number[] {
    const list = asObject(this.#value(attribute, 'list'));
    return [...asArray(list?.i), ...asArray(list?.f)].map(Number);
  }

  flag(attribute: string): boolean {
    return this.#value(attribute, 'b') === true;
  }

  type(attribute: string): string {
    const value = this.#value(attribute, 'type');
    return typeof value === 'number' ? (TYPES[value] ?? `${value}`) : String(value ?? 'DT_FLOAT');
  }

  /** Null where it does not say how many sides there are. */
  shape(attribute: string): readonly (number | null)[] | null {
    const value = this.#value(attribute, 'shape');
    return isObject(value) ? sidesOf(value) : null;
  }
}
