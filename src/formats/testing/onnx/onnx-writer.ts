/** Writes ONNX files for tests, field by field. */
import { PbfWriter } from 'pbf';
import { message } from '../tensorflow-bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

type Fields = readonly (readonly [number, number | Uint8Array | string])[];

/** Data types of ONNX. */
export const ONNX_TYPES = { float: 1, uint8: 2, int64: 7, text: 8, bool: 9, half: 10 } as const;

export interface TensorOptions {
  readonly type?: number;
  /** In place of the values. */
  readonly raw?: Uint8Array;
  readonly fields?: Fields;
}

function rawOf(values: readonly number[], type: number): Uint8Array {
  return new Uint8Array(type === ONNX_TYPES.int64 ? BigInt64Array.from(values, BigInt).buffer : Float32Array.from(values).buffer);
}

/** A negative side is written as it would be: in ten bytes. */
function side(value: number): Bytes {
  const writer = new PbfWriter();
  writer.writeVarintField(1, value);
  return Uint8Array.from(writer.finish());
}

export function tensor(name: string, shape: readonly number[], values: readonly number[], options: TensorOptions = {}): Bytes {
  const { type = ONNX_TYPES.float, raw = rawOf(values, type), fields = [] } = options;
  const own = message([2, type], [8, name], ...(fields.length > 0 ? fields : ([[9, raw]] as const)));
  return Uint8Array.from([...shape.flatMap((length) => [...side(length)]), ...own]);
}

export type AttributeOf =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: Uint8Array };

function attribute(name: string, value: AttributeOf): Bytes {
  const writer = new PbfWriter();
  writer.writeStringField(1, name);
  if (typeof value === 'number') {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, 2);
  } else if (typeof value === 'string') {
    writer.writeStringField(4, value);
    writer.writeVarintField(20, 3);
  } else if ('float' in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, 1);
  } else if ('floats' in value) {
    for (const number of value.floats) writer.writeFloatField(7, number);
    writer.writeVarintField(20, 6);
  } else if ('tensor' in value) {
    writer.writeBytesField(5, value.tensor);
    writer.writeVarintField(20, 4);
  } else {
    for (const number of value) writer.writeVarintField(8, number);
    writer.writeVarintField(20, 7);
  }
  return Uint8Array.from(writer.finish());
}

export interface NodeOf {
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeOf>>;
  readonly name?: string;
  readonly domain?: string;
}

function nodeBytes({ kind, inputs, outputs, attributes = {}, name = '', domain = '' }: NodeOf): Bytes {
  return message(
    ...inputs.map((input) => [1, input] as const),
    ...outputs.map((output) => [2, output] as const),
    [3, name],
    [4, kind],
    ...Object.entries(attributes).map(([key, value]) => [5, attribute(key, value)] as const),
    [7, domain],
  );
}

/** @param shape a text stands for a side that is open @param denotations what sides mean, by their numbers */
export function valueInfo(
  name: string,
  shape: readonly (number | string)[],
  denotations: Readonly<Record<number, string>> = {},
  type: number = ONNX_TYPES.float,
): Bytes {
  const dims = shape.map((length, i) => {
    const side = [typeof length === 'number' ? 1 : 2, length] as const;
    return [1, denotations[i] === undefined ? message(side) : message(side, [3, denotations[i]])] as const;
  });
  return message([1, name], [2, message([1, message([1, type], [2, message(...dims)])])]);
}

export interface OnnxFileOf {
  readonly nodes: readonly NodeOf[];
  readonly tensors: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly string[];
  readonly opset?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Further fields of the graph. */
  readonly fields?: Fields;
  /** Operations that the file defines itself: their domains and names, without what they do. */
  readonly functions?: readonly (readonly [domain: string, name: string])[];
}

export function onnxFile({ nodes, tensors, inputs, outputs, opset = 13, metadata = {}, fields = [], functions = [] }: OnnxFileOf): Bytes {
  const graph = message(
    ...nodes.map((node) => [1, nodeBytes(node)] as const),
    [2, 'network'],
    ...tensors.map((bytes) => [5, bytes] as const),
    ...inputs.map((bytes) => [11, bytes] as const),
    ...outputs.map((name) => [12, message([1, name])] as const),
    ...fields,
  );
  const entries = Object.entries(metadata).map(([key, value]) => [14, message([1, key], [2, value])] as const);
  const defined = functions.map(([domain, name]) => [25, message([1, name], [10, domain])] as const);
  return message([1, 8], [2, 'test'], [7, graph], [8, message([2, opset])], ...entries, ...defined);
}
