/** Functions that TensorFlow's operations apply to their own results. */
import type { AttributeValue } from '../nodes/graph.ts';
import type { NodeWriter, Owner } from './node-writer.ts';

type Written = readonly [kind: string, attributes: Readonly<Record<string, AttributeValue>>];

const FUNCTIONS = {
  Elu: ['Elu', { alpha: 1 }],
  Relu: ['Relu', {}],
  Relu6: ['Clip', { min: 0, max: 6 }],
  /** From -1 to 1. */
  ReluN1To1: ['Clip', { min: -1, max: 1 }],
  Relu0To1: ['Clip', { min: 0, max: 1 }],
  Selu: ['Selu', {}],
  Sigmoid: ['Sigmoid', {}],
  Tanh: ['Tanh', {}],
} as const satisfies Readonly<Record<string, Written>>;

export type FunctionName = keyof typeof FUNCTIONS;

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

/** As a node of its own. */
export function activation(writer: NodeWriter, { name, output }: Owner, x: string, functionName: FunctionName): void {
  const [kind, attributes] = FUNCTIONS[functionName];
  writer.add(name, kind, [x], attributes, [output]);
}

/**
 * An operation with the function that it ends in: two layers, of which the second has the node's name.
 *
 * @param part what the first layer is called, after the node's name
 * @param end writes the function down
 * @param write writes the operation down without it
 */
export function withEnd(
  writer: NodeWriter,
  owner: Owner,
  part: string,
  end: ((owner: Owner, x: string) => void) | null,
  write: (owner: Owner) => void,
): void {
  if (!end) {
    write(owner);
    return;
  }
  const inner = { name: `${owner.name}.${part}`, output: writer.free(owner.name) };
  write(inner);
  end(owner, inner.output);
}

/** The same with a function by its name. */
export function withActivation(
  writer: NodeWriter,
  owner: Owner,
  part: string,
  functionName: FunctionName | null,
  write: (owner: Owner) => void,
): void {
  const end = functionName && ((last: Owner, x: string) => activation(writer, last, x, functionName));
  withEnd(writer, owner, part, end, write);
}
