/** Types of a tensor's values, by ONNX's numbers (`TensorProto.DataType`). https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { decodeFloat16 } from '../../network/float16.ts';

/** How values lie in memory, little-endian. */
export interface ElementType {
  readonly bytes: number;
  readonly isFloat: boolean;
  /** The least and the largest number, of whole numbers of up to 16 bits. */
  readonly range?: readonly [least: number, most: number];
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

const whole = (bytes: number, decode: ElementType['decode']): ElementType => ({ bytes, decode, isFloat: false });
const short = (bytes: number, range: readonly [number, number], decode: ElementType['decode']): ElementType => ({
  ...whole(bytes, decode),
  range,
});
const float = (bytes: number, decode: ElementType['decode']): ElementType => ({ bytes, decode, isFloat: true });

export const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  1: float(4, (buffer) => new Float32Array(buffer)),
  2: short(1, [0, 255], (buffer) => new Uint8Array(buffer)),
  3: short(1, [-128, 127], (buffer) => new Int8Array(buffer)),
  4: short(2, [0, 65_535], (buffer) => new Uint16Array(buffer)),
  5: short(2, [-32_768, 32_767], (buffer) => new Int16Array(buffer)),
  6: whole(4, (buffer) => new Int32Array(buffer)),
  7: whole(8, (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)),
  9: whole(1, (buffer) => new Uint8Array(buffer)),
  10: float(2, halves),
  11: float(8, (buffer) => new Float64Array(buffer)),
  12: whole(4, (buffer) => new Uint32Array(buffer)),
  13: whole(8, (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)),
  16: float(2, brainFloats),
};

/** Whether a type is one of floats; null for one that is not read. */
export function isFloatType(type: number): boolean | null {
  return ELEMENT_TYPES[type]?.isFloat ?? null;
}
