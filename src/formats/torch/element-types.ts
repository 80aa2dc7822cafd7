/** PyTorch's and NumPy's names for the kinds of numbers that tensors consist of. */
import {
  BFLOAT16,
  BOOL,
  type ElementType,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  INT64,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../network/element-type.ts';

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
      ['Bool', BOOL],
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
  ['bool', BOOL],
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
  ['b1', BOOL],
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

/** A copy with the bytes of each element, so many, in the other order. */
export function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const copy = bytes.slice();
  for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  return copy;
}
