/**
 * Operations that stand among a network's layers, as each version of Keras writes them down, in one form: the operation's name, what it is
 * given in order or by name, and the tensors among that.
 *
 * Keras 2.4 and later wrap TensorFlow's functions (`TFOpLambda`, `SlicingOpLambda`), Keras of TensorFlow 2.0 to 2.3 its graph's nodes
 * (`TensorFlowOpLayer`); Keras 3 has operations of its own.
 */

import { asArray, asObject, isObject, type JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { nodeOfText } from './tensorflow-node.ts';

/** Another layer's result, as it stands in a list of what a layer takes: `["name", call, output, {}]`. */
export class Tensor {
  readonly reference: Json;

  constructor(layer: Json | undefined, call: Json | undefined, output: Json | undefined) {
    this.reference = [layer ?? null, Number(call), Number(output), {}];
  }
}

/** What an operation is given: a tensor, a list of them, or anything else that JSON holds. */
export type Operand = Tensor | Json | readonly Operand[];

/** Settings that say what is so anyway. */
const MEANS_NOTHING: ReadonlySet<Operand | undefined> = new Set([undefined, false, 'channels_last', 'NHWC', 'constant']);

export class OperationCall {
  /** In small letters, without what is before it: `bias_add` of `tf.nn.bias_add`, `addv2`, `getitem`. */
  readonly operation: string;
  /** As the file calls it. */
  readonly writtenAs: string;
  readonly #ordered: readonly Operand[];
  readonly #named: Readonly<Record<string, Operand>>;
  readonly #read = new Set<string>();

  constructor(writtenAs: string, ordered: readonly Operand[], named: Readonly<Record<string, Operand>>) {
    this.writtenAs = writtenAs;
    this.operation = (writtenAs.split('.').at(-1) ?? writtenAs).toLowerCase();
    this.#ordered = ordered;
    this.#named = named;
  }

  /** What is given in this place, or under one of these names. */
  get(place: number | null, ...names: readonly string[]): Operand | undefined {
    const name = names.find((known) => Object.hasOwn(this.#named, known));
    for (const known of names) this.#read.add(known);
    return name !== undefined ? this.#named[name] : place === null ? undefined : this.#ordered[place];
  }

  json(place: number | null, ...names: readonly string[]): Json | undefined {
    const operand = this.get(place, ...names);
    return operand instanceof Tensor || hasTensor(operand) ? undefined : (operand as Json | undefined);
  }

  tensor(place: number | null, ...names: readonly string[]): Tensor | null {
    const operand = this.get(place, ...names);
    return operand instanceof Tensor ? operand : null;
  }

  /** Whether something is said by name that nobody asked for, and that may change the result. */
  get isMisunderstood(): boolean {
    const unread = Object.entries(this.#named).filter(([name]) => !this.#read.has(name) && name !== 'name');
    return unread.some(([, value]) => (typeof value === 'object' ? value !== null : !MEANS_NOTHING.has(value)));
  }

  /** How many tensors it is given in all, wherever they stand. */
  get tensorCount(): number {
    return [...this.#ordered, ...Object.values(this.#named)].reduce((sum: number, operand) => sum + tensorsIn(operand).length, 0);
  }
}

export function tensorsIn(operand: Operand | undefined): Tensor[] {
  if (operand instanceof Tensor) return [operand];
  return Array.isArray(operand) ? operand.flatMap((inner: Operand) => tensorsIn(inner)) : [];
}

function hasTensor(operand: Operand | undefined): boolean {
  return tensorsIn(operand).length > 0;
}

/** Keras 3: `{"class_name": "__keras_tensor__", "config": {"keras_history": ["name", 0, 0]}}`. */
function operandOfKeras3(json: Json): Operand {
  if (Array.isArray(json)) return json.map(operandOfKeras3);
  const object = asObject(json);
  if (object?.class_name !== '__keras_tensor__') return json;
  const [layer, call, output] = asArray(asObject(object.config)?.keras_history);
  return new Tensor(layer, call, output);
}

/** Keras 2: `["name", 0, 0]`. */
function operandOfKeras2(json: Json): Operand {
  if (!Array.isArray(json)) return json;
  const [layer, call, output] = json;
  const isReference = typeof layer === 'string' && typeof call === 'number' && typeof output === 'number' && json.length <= 4;
  return isReference ? new Tensor(layer, call, output) : json.map(operandOfKeras2);
}

function named(json: Json | undefined, operandOf: (json: Json) => Operand): Record<string, Operand> {
  return Object.fromEntries(Object.entries(asObject(json) ?? {}).map(([key, value]) => [key, operandOf(value)]));
}

/** The first argument of a function in Keras 2's files: a tensor, a list, or a number marked as such. */
function firstArgument(call: Json): Operand {
  const [layer, , value] = asArray(call);
  if (layer === '_CONSTANT_VALUE') return value ?? null;
  return typeof layer === 'string' ? operandOfKeras2(call) : asArray(call).map(firstArgument);
}

/** The other arguments, which stand with every tensor of the first. */
function otherArguments(call: Json): Json | undefined {
  const [layer, , , others] = asArray(call);
  return typeof layer === 'string' ? others : layer && otherArguments(layer);
}

/** A list of one call, or the call itself. */
function onlyCall(json: Json | undefined): Json | null {
  const [call, ...others] = asArray(json);
  return call !== undefined && others.length === 0 ? call : null;
}

/** Whole numbers are texts in JSON of 64 bits, and texts are in base64. */
function valueOfAttribute({ i, s, list, ...others }: JsonObject): Json {
  if (i !== undefined) return Number(i);
  if (list !== undefined) return asArray(asObject(list)?.i).map(Number);
  if (typeof s === 'string') return /^(TkhXQw==|NHWC)$/.test(s) ? 'NHWC' : s;
  return Object.values(others)[0] ?? null;
}

/** Of a graph's node: the tensors in the order of the layer's inputs, constants in their places between. */
function callOfNode(json: JsonObject): OperationCall | null {
  const { node_def: inFile, constants } = asObject(json.config) ?? {};
  const node = asObject(typeof inFile === 'string' ? nodeOfText(inFile) : inFile);
  const call = onlyCall(json.inbound_nodes);
  if (typeof node?.op !== 'string' || call === null) return null;
  const references = typeof asArray(call)[0] === 'string' ? [call] : asArray(call);
  const ordered: Operand[] = references.map(operandOfKeras2);
  const numbers = Object.entries(asObject(constants) ?? {}).map(([place, value]) => [Number(place), value] as const);
  for (const [place, value] of numbers.sort(([a], [b]) => a - b)) ordered.splice(place, 0, value);
  // Attributes say of which kind they are: {"keep_dims": {"b": true}}. Those of kinds of numbers, in capitals, and of the graph mean nothing here.
  const attributes = Object.entries(asObject(node.attr) ?? {})
    .filter(([key]) => key === 'DstT' || !/^([A-Z]|_|N$)/.test(key))
    .map(([key, value]): [string, Json] => [key, valueOfAttribute(asObject(value) ?? {})]);
  return new OperationCall(node.op, ordered, Object.fromEntries(attributes));
}

function callOfFunction(json: JsonObject): OperationCall | null {
  const { function: name } = asObject(json.config) ?? {};
  const call = onlyCall(json.inbound_nodes);
  if (typeof name !== 'string' || call === null) return null;
  const first = firstArgument(call);
  // People put a single tensor into a list by hand, because tf.js waits for ever without.
  const [only, ...others] = Array.isArray(first) ? first : [first];
  return new OperationCall(name, [others.length > 0 ? first : (only ?? null)], named(otherArguments(call), operandOfKeras2));
}

function callOfKeras3(json: JsonObject): OperationCall | null {
  const call = asObject(onlyCall(json.inbound_nodes) ?? undefined);
  if (!call) return null;
  const { name: _, ...settings } = asObject(json.config) ?? {};
  const ordered = asArray(call.args).map(operandOfKeras3);
  return new OperationCall(String(json.class_name), ordered, { ...settings, ...named(call.kwargs, operandOfKeras3) });
}

function isConstant(json: Json): boolean {
  if (Array.isArray(json)) return json.some(isConstant);
  return typeof json === 'number' || (isObject(json) && json.class_name === '__slice__');
}

/** Operations have the names of layers (`Add`); their module tells them apart, or else that they are given numbers. */
function isOperationOfKeras3({ module, inbound_nodes: calls }: JsonObject): boolean {
  if (typeof module === 'string') return /(^|\.)ops\./.test(module);
  return asArray(calls).some((call) => isObject(call) && asArray(call.args).some(isConstant));
}

/** Whether this is an operation among the layers. */
export function isOperation(json: JsonObject): boolean {
  return ['SlicingOpLambda', 'TFOpLambda', 'TensorFlowOpLayer'].includes(String(json.class_name)) || isOperationOfKeras3(json);
}

/**
 * Whether it may be one of Keras 3 in a file that names no modules (`.h5`): layers say there whether they are trained. Layers of functions end in
 * capitals (`LeakyReLU`), and compute otherwise than operations of that name (`LeakyRelu`).
 */
export function mayBeOperation({ module, class_name: kind, config, inbound_nodes: calls }: JsonObject): boolean {
  const settings = asObject(config) ?? {};
  const isBare = !['trainable', 'layers'].some((key) => key in settings);
  const isCalled = asArray(calls).some((call) => isObject(call) && 'args' in call);
  return typeof module !== 'string' && isBare && isCalled && !/LU$/.test(String(kind));
}

/** The only call of an operation; null where it is called several times, or does not say what it is. */
export function operationCall(json: JsonObject): OperationCall | null {
  switch (json.class_name) {
    case 'TensorFlowOpLayer':
      return callOfNode(json);
    case 'SlicingOpLambda':
    case 'TFOpLambda':
      return callOfFunction(json);
    default:
      return callOfKeras3(json);
  }
}
