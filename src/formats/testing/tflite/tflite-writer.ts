/** Writes models of TFLite for tests. */
import { encodeFloat16 } from '../../network/float16.ts';
import { BUILTIN_OPERATORS } from '../../tflite/file/builtin-operators.ts';
import { type FieldOf, flatbuffer, type TableOf } from './flatbuffer-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** `TensorType` */
const TYPES = { float32: 0, float16: 1, int32: 2, uint8: 3, int64: 4, text: 5, bool: 6, int16: 7, int8: 9, int4: 17 } as const;
type TypeName = keyof typeof TYPES;

interface QuantizationOf {
  readonly scales: readonly number[];
  readonly zeros?: readonly number[];
  readonly side?: number;
}

export interface TensorOf {
  readonly shape: readonly number[];
  readonly type?: TypeName;
  /** As they are stored; left out for what is computed. */
  readonly values?: ArrayLike<number>;
  readonly quantization?: QuantizationOf;
  /** With -1 for sides that are open. */
  readonly signature?: readonly number[];
  /** Fields in place of those that follow from the rest. */
  readonly fields?: TableOf;
  readonly bufferFields?: TableOf;
}

export interface OperatorOf {
  /** One of TFLite's own, or `custom:` and what it is called. */
  readonly kind: string;
  /** By name; an empty one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Its settings, by the numbers of their fields. */
  readonly options?: TableOf;
  readonly fields?: TableOf;
}

export interface TfliteFileOf {
  /** By name. */
  readonly tensors: Readonly<Record<string, TensorOf>>;
  readonly operators: readonly OperatorOf[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A FlatBuffer of its own. */
  readonly metadata?: Uint8Array;
  /** Whether kinds of operators are written as before 2020. */
  readonly isOld?: boolean;
  /** Subgraphs before the one that the operators are in. */
  readonly before?: readonly TableOf[];
  /** The subgraphs that the file means to be called. */
  readonly called?: readonly number[];
  /** Of the whole model, in place of those that follow from the rest. */
  readonly fields?: TableOf;
}

function bytesOf(values: ArrayLike<number>, type: TypeName): Uint8Array {
  const list = Array.from(values);
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.from(list).buffer);
    case 'float16':
      return new Uint8Array(Uint16Array.from(list, encodeFloat16).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(list).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
    case 'int16':
      return new Uint8Array(Int16Array.from(list).buffer);
    default:
      return new Uint8Array(Int8Array.from(list, (value) => (value > 127 ? value - 256 : value)).buffer);
  }
}

function quantizationTable({ scales, zeros = scales.map(() => 0), side = 0 }: QuantizationOf): TableOf {
  return { 2: { floats: scales }, 3: { int64s: zeros }, 6: { int32: side } };
}

const PLACEHOLDER = 127;

function codeTable(kind: string, isOld: boolean): TableOf {
  const custom = kind.startsWith('custom:') ? kind.slice('custom:'.length) : null;
  const number = BUILTIN_OPERATORS.indexOf(custom === null ? kind : 'CUSTOM');
  if (number < 0) throw new Error(`TFLite has no operator ${kind}`);
  const text: FieldOf | undefined = custom === null ? undefined : { text: custom };
  return { 0: { int8: Math.min(number, PLACEHOLDER) }, 1: text, 2: { int32: 1 }, ...(isOld ? {} : { 3: { int32: number } }) };
}

export function tfliteFile({
  tensors,
  operators,
  inputs,
  outputs,
  metadata,
  isOld = false,
  before = [],
  called,
  fields = {},
}: TfliteFileOf): Bytes {
  const names = Object.keys(tensors);
  const placeOf = (name: string): number => {
    if (name !== '' && !names.includes(name)) throw new Error(`there is no tensor ${name}`);
    return names.indexOf(name);
  };
  const kinds = [...new Set(operators.map(({ kind }) => kind))];
  const withValues = Object.values(tensors).filter(({ values, bufferFields }) => values || bufferFields);
  const buffers: TableOf[] = [
    {},
    ...withValues.map(({ values, type = 'float32', bufferFields }) => bufferFields ?? { 0: { bytes: bytesOf(values ?? [], type) } }),
    ...(metadata ? [{ 0: { bytes: metadata } }] : []),
  ];
  const tensorTables = Object.entries(tensors).map(([name, tensor]): TableOf => {
    const { shape, type = 'float32', quantization, signature, fields: own = {} } = tensor;
    return {
      0: { int32s: shape },
      1: { int8: TYPES[type] },
      2: { int32: withValues.indexOf(tensor) + 1 },
      3: { text: name },
      4: quantization && { table: quantizationTable(quantization) },
      7: signature && { int32s: signature },
      ...own,
    };
  });
  const operatorTables = operators.map(
    ({ kind, inputs: takes, outputs: gives, options, fields: own = {} }): TableOf => ({
      0: { int32: kinds.indexOf(kind) },
      1: { int32s: takes.map(placeOf) },
      2: { int32s: gives.map(placeOf) },
      4: options && { table: options },
      ...own,
    }),
  );
  const subgraph: TableOf = {
    0: { tables: tensorTables },
    1: { int32s: inputs.map(placeOf) },
    2: { int32s: outputs.map(placeOf) },
    3: { tables: operatorTables },
    4: { text: 'main' },
  };
  const entry: TableOf = { 0: { text: 'TFLITE_METADATA' }, 1: { int32: buffers.length - 1 } };
  return flatbuffer(
    {
      0: { int32: 3 },
      1: { tables: kinds.map((kind) => codeTable(kind, isOld)) },
      2: { tables: [...before, subgraph] },
      3: { text: 'made by a test' },
      4: { tables: buffers },
      6: metadata && { tables: [entry] },
      7: called && { tables: called.map((place) => ({ 4: { int32: place } })) },
      ...fields,
    },
    'TFL3',
  );
}
