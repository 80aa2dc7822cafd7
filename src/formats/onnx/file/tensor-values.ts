/** `TensorProto`: a tensor with its values, in one of several fields. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { sizeOfShape } from '../../network/artifacts.ts';
import { decodeFloat16 } from '../../network/float16.ts';
import type { Message } from '../../protobuf/message.ts';
import type { Constant } from '../graph/constant.ts';
import type { ExternalBytes } from './external-data.ts';

const DIMS = 1;
const DATA_TYPE = 2;
const FLOAT_DATA = 4;
const INT32_DATA = 5;
const INT64_DATA = 7;
const NAME = 8;
const RAW_DATA = 9;
const DOUBLE_DATA = 10;
const UINT64_DATA = 11;

/** How values of a type lie in `raw_data`, little-endian, and in which field they lie else. */
interface ElementType {
  readonly bytes: number;
  readonly isFloat: boolean;
  readonly field: number;
  /** @param buffer holds nothing but the values */
  decode(buffer: ArrayBuffer): ArrayLike<number>;
}

function halves(buffer: ArrayBuffer): Float32Array {
  const source = new Uint16Array(buffer);
  const values = new Float32Array(source.length);
  decodeFloat16(source, values);
  return values;
}

/** bfloat16 is the upper half of a float32. */
function brainFloats(buffer: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
}

const whole = (bytes: number, field: number, decode: ElementType['decode']): ElementType => ({ bytes, field, decode, isFloat: false });
const float = (bytes: number, field: number, decode: ElementType['decode']): ElementType => ({ bytes, field, decode, isFloat: true });

/** By the numbers of `TensorProto.DataType`. */
const TYPES: Readonly<Record<number, ElementType>> = {
  1: float(4, FLOAT_DATA, (buffer) => new Float32Array(buffer)),
  2: whole(1, INT32_DATA, (buffer) => new Uint8Array(buffer)),
  3: whole(1, INT32_DATA, (buffer) => new Int8Array(buffer)),
  4: whole(2, INT32_DATA, (buffer) => new Uint16Array(buffer)),
  5: whole(2, INT32_DATA, (buffer) => new Int16Array(buffer)),
  6: whole(4, INT32_DATA, (buffer) => new Int32Array(buffer)),
  7: whole(8, INT64_DATA, (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)),
  9: whole(1, INT32_DATA, (buffer) => new Uint8Array(buffer)),
  10: float(2, INT32_DATA, halves),
  11: float(8, DOUBLE_DATA, (buffer) => new Float64Array(buffer)),
  12: whole(4, UINT64_DATA, (buffer) => new Uint32Array(buffer)),
  13: whole(8, UINT64_DATA, (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)),
  16: float(2, INT32_DATA, brainFloats),
};

const TYPE_NAMES: Readonly<Record<number, string>> = { 8: 'texts', 14: 'complex numbers', 15: 'complex numbers' };

/** Whether a type of ONNX is one of floats; null for one that is not read. */
export function isFloatType(type: number): boolean | null {
  return TYPES[type]?.isFloat ?? null;
}

/** More than a browser can hold in one piece. */
const MAX_VALUES = 2 ** 31;

/** Values that lie in a field of numbers: halves lie there as their bits. */
function fromField(message: Message, type: ElementType, isBits: boolean): ArrayLike<number> {
  if (type.field === FLOAT_DATA) return Float32Array.from(message.floats(FLOAT_DATA));
  if (type.field === DOUBLE_DATA) return Float64Array.from(message.doubles(DOUBLE_DATA));
  const numbers = message.numbers(type.field);
  return isBits ? type.decode(Uint16Array.from(numbers).buffer) : numbers;
}

export function tensorName(message: Message): string {
  return message.text(NAME) ?? '';
}

/**
 * @param external gives the bytes of a tensor that lies in another file
 * @throws Error saying what is wrong with the tensor, as it stands after its name
 */
export function constantOf(message: Message, external: ExternalBytes): Constant {
  const shape = message.numbers(DIMS);
  const code = message.number(DATA_TYPE) ?? 0;
  const type = TYPES[code];
  if (!type) throw new Error(`holds ${TYPE_NAMES[code] ?? `numbers of the kind ${code}`}, which are not read here`);
  const count = sizeOfShape(shape);
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0) || count > MAX_VALUES)
    throw new Error(`has the shape [${shape.join(', ')}], which cannot be right`);
  const raw = external(message) ?? message.bytes(RAW_DATA);
  const { isFloat } = type;
  if (!raw) {
    const values = fromField(message, type, code === 10 || code === 16);
    if (values.length !== count) throw new Error(`holds ${values.length} values where its shape asks for ${count}`);
    return { kind: 'constant', shape, values, isFloat };
  }
  if (raw.length !== count * type.bytes) throw new Error(`holds ${raw.length} bytes where its shape asks for ${count * type.bytes}`);
  return {
    kind: 'constant',
    shape,
    isFloat,
    get values() {
      return type.decode(raw.slice().buffer);
    },
  };
}
