/** The kinds of numbers that tensors consist of, and how they become float32. */
import { decodeFloat16 } from '../network/float16.ts';

export interface ElementType {
  readonly bytes: number;
  /** Numbers without a fraction: as weights they have a scale, which stands elsewhere. */
  readonly isWhole?: boolean;
  /** @param buffer little-endian, of whole elements */
  decode(buffer: ArrayBuffer): ArrayLike<number>;
}

function halves(buffer: ArrayBuffer): Float32Array {
  const words = new Uint16Array(buffer);
  const values = new Float32Array(words.length);
  decodeFloat16(words, values);
  return values;
}

/** The upper half of a float32. */
function brainFloats(buffer: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
}

const FLOAT64: ElementType = { bytes: 8, decode: (buffer) => new Float64Array(buffer) };
const FLOAT32: ElementType = { bytes: 4, decode: (buffer) => new Float32Array(buffer) };
const FLOAT16: ElementType = { bytes: 2, decode: halves };
const BFLOAT16: ElementType = { bytes: 2, decode: brainFloats };
const INT64: ElementType = { bytes: 8, isWhole: true, decode: (buffer) => Array.from(new BigInt64Array(buffer), Number) };
const UINT64: ElementType = { bytes: 8, isWhole: true, decode: (buffer) => Array.from(new BigUint64Array(buffer), Number) };
const INT32: ElementType = { bytes: 4, isWhole: true, decode: (buffer) => new Int32Array(buffer) };
const UINT32: ElementType = { bytes: 4, isWhole: true, decode: (buffer) => new Uint32Array(buffer) };
const INT16: ElementType = { bytes: 2, isWhole: true, decode: (buffer) => new Int16Array(buffer) };
const UINT16: ElementType = { bytes: 2, isWhole: true, decode: (buffer) => new Uint16Array(buffer) };
const INT8: ElementType = { bytes: 1, isWhole: true, decode: (buffer) => new Int8Array(buffer) };
const UINT8: ElementType = { bytes: 1, isWhole: true, decode: (buffer) => new Uint8Array(buffer) };

/** By the name of the storage's class, and by that of the dtype. */
const OF_TORCH: ReadonlyMap<string, ElementType> = new Map([
  ...(
    [
      ['Double', FLOAT64],
      ['Float', FLOAT32],
      ['Half', FLOAT16],
      ['BFloat16', BFLOAT16],
      ['Long', INT64],
      ['Int', INT32],
      ['Short', INT16],
      ['Char', INT8],
      ['Byte', UINT8],
      ['Bool', UINT8],
    ] as const
  ).map(([name, element]): [string, ElementType] => [`${name}Storage`, element]),
  ['float64', FLOAT64],
  ['double', FLOAT64],
  ['float32', FLOAT32],
  ['float', FLOAT32],
  ['float16', FLOAT16],
  ['half', FLOAT16],
  ['bfloat16', BFLOAT16],
  ['int64', INT64],
  ['long', INT64],
  ['int32', INT32],
  ['int', INT32],
  ['int16', INT16],
  ['short', INT16],
  ['int8', INT8],
  ['uint8', UINT8],
  ['uint16', UINT16],
  ['uint32', UINT32],
  ['uint64', UINT64],
  ['bool', UINT8],
]);

const OF_NUMPY: ReadonlyMap<string, ElementType> = new Map([
  ['f8', FLOAT64],
  ['f4', FLOAT32],
  ['f2', FLOAT16],
  ['i8', INT64],
  ['u8', UINT64],
  ['i4', INT32],
  ['u4', UINT32],
  ['i2', INT16],
  ['u2', UINT16],
  ['i1', INT8],
  ['u1', UINT8],
  ['b1', UINT8],
]);

function withoutModule(path: string): string {
  return path.replace(/^torch\.(cuda\.|storage\.)?/, '');
}

/** @param path such as `torch.FloatStorage`, `torch.cuda.HalfStorage` or `torch.float32` */
export function elementOfTorch(path: string): ElementType | null {
  return OF_TORCH.get(withoutModule(path)) ?? null;
}

/** Of the kinds whose numbers are not read: they must be passed over. */
const OTHER_BYTES: Readonly<Record<string, number>> = {
  UntypedStorage: 1,
  ComplexFloatStorage: 8,
  ComplexDoubleStorage: 16,
  QInt8Storage: 1,
  QUInt8Storage: 1,
  QInt32Storage: 4,
  QUInt4x2Storage: 1,
  QUInt2x4Storage: 1,
};

/** How many bytes an element of a storage takes; null for what is no storage. */
export function bytesOfTorch(path: string): number | null {
  const name = withoutModule(path);
  return OF_TORCH.get(name)?.bytes ?? (Object.hasOwn(OTHER_BYTES, name) ? (OTHER_BYTES[name] ?? null) : null);
}

/** @param code such as `f4` or `<f4` */
export function elementOfNumpy(code: string): ElementType | null {
  return OF_NUMPY.get(code.replace(/^[<>=|]/, '')) ?? null;
}

/**
 * @param bytes little-endian, of whole elements; where they are all of their buffer, the result may be the same memory, so that a large
 *   tensor is not held twice
 */
export function floatsOf({ decode }: ElementType, bytes: Uint8Array): Float32Array {
  const isAll = bytes.byteLength === bytes.buffer.byteLength;
  const values = decode((isAll ? bytes : bytes.slice()).buffer as ArrayBuffer);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** The same with the bytes of each element, so many, in the other order. */
export function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const copy = bytes.slice();
  for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  return copy;
}
