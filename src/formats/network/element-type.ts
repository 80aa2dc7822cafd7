/** How the numbers of tensors lie in files, little-endian, and how they are read. Each format has codes of its own for these. */
import { floatsOfFloat16 } from './float16.ts';

export interface ElementType {
  readonly bytes: number;
  readonly isFloat: boolean;
  /** The least and the largest number, of whole numbers of up to 16 bits. */
  readonly range?: readonly [least: number, most: number];
  /** @param buffer of whole elements, and nothing else; the result may be the same memory */
  decode(buffer: ArrayBuffer): ArrayLike<number>;
}

const float = (bytes: number, decode: ElementType['decode']): ElementType => ({ bytes, isFloat: true, decode });
const whole = (bytes: number, decode: ElementType['decode']): ElementType => ({ bytes, isFloat: false, decode });
const short = (bytes: number, range: readonly [number, number], decode: ElementType['decode']): ElementType => ({
  ...whole(bytes, decode),
  range,
});

export const FLOAT64 = float(8, (buffer) => new Float64Array(buffer));
export const FLOAT32 = float(4, (buffer) => new Float32Array(buffer));
export const FLOAT16 = float(2, (buffer) => floatsOfFloat16(new Uint16Array(buffer)));
/** The upper half of a float32. */
export const BFLOAT16 = float(2, (buffer) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer));
export const INT64 = whole(8, (buffer) => Float64Array.from(new BigInt64Array(buffer), Number));
export const UINT64 = whole(8, (buffer) => Float64Array.from(new BigUint64Array(buffer), Number));
export const INT32 = whole(4, (buffer) => new Int32Array(buffer));
export const UINT32 = whole(4, (buffer) => new Uint32Array(buffer));
export const INT16 = short(2, [-32_768, 32_767], (buffer) => new Int16Array(buffer));
export const UINT16 = short(2, [0, 65_535], (buffer) => new Uint16Array(buffer));
export const INT8 = short(1, [-128, 127], (buffer) => new Int8Array(buffer));
export const UINT8 = short(1, [0, 255], (buffer) => new Uint8Array(buffer));
export const BOOL = whole(1, (buffer) => new Uint8Array(buffer));

/**
 * @param bytes of whole elements; where they are all of their buffer, the result may be the same memory, so that a large tensor is not held
 *   twice
 */
export function floatsOf({ decode }: ElementType, bytes: Uint8Array): Float32Array {
  const isAll = bytes.byteLength === bytes.buffer.byteLength;
  const values = decode((isAll ? bytes : bytes.slice()).buffer as ArrayBuffer);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
