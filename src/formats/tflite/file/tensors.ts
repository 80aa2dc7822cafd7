/** `Tensor` of TFLite, and its values where the file has them. https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs */
import type { Constant } from '../../graph/nodes/constant.ts';
import { ELEMENT_TYPES } from '../../graph/nodes/element-types.ts';
import { sizeOfShape } from '../../network/artifacts.ts';
import type { ElementType } from '../../network/element-type.ts';
import type { Table } from './flatbuffer.ts';

const TENSOR = { shape: 0, type: 1, buffer: 2, name: 3, quantization: 4, sparsity: 6, signature: 7 } as const;
const QUANTIZATION = { scales: 2, zeros: 3, details: 4, side: 6 } as const;
const BUFFER = { data: 0, offset: 1, size: 2 } as const;

/** `TensorType`: what its numbers are called, and the same type among ONNX's. */
const TYPES: readonly (readonly [name: string, onnx: number | null])[] = [
  ['float32', 1],
  ['float16', 10],
  ['int32', 6],
  ['uint8', 2],
  ['int64', 7],
  ['texts', null],
  ['bool', 9],
  ['int16', 5],
  ['complex numbers', null],
  ['int8', 3],
  ['float64', 11],
  ['complex numbers', null],
  ['uint64', 13],
  ['resources', null],
  ['variants', null],
  ['uint32', 12],
  ['uint16', 4],
  ['int4', null],
];

/** More sides than any tensor has. */
const MAX_RANK = 8;
/** More than a browser can hold in one piece. */
const MAX_VALUES = 2 ** 31;

/** What whole numbers stand for: `(number - zero) * scale`, of one scale or of one for each place of a side. */
interface Quantization {
  readonly scales: readonly number[];
  /** As many as scales. */
  readonly zeros: readonly number[];
  readonly side: number;
}

export interface Tensor {
  /** Empty where nobody gave it one. */
  readonly name: string;
  /** With 1 for a side that is open. */
  readonly shape: readonly number[];
  /** Null for a side that is open. */
  readonly openShape: readonly (number | null)[];
  /** By TFLite's name for it, such as `int8`. */
  readonly type: string;
  /** The type's number in ONNX; null for one that is not read. */
  readonly onnxType: number | null;
  /** Null where its numbers are meant as they are. */
  readonly quantization: Quantization | null;
  /** Null for one that is computed. */
  readonly constant: Constant | null;
}

/** The bounds of the whole numbers that activations are held in, by their type. */
export const WHOLE_BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
};

function quantizationOf(table: Table | null, shape: readonly number[]): Quantization | null {
  const scales = table?.floats(QUANTIZATION.scales) ?? [];
  if (!table || scales.length === 0) return null;
  if (table.byte(QUANTIZATION.details) !== 0) throw new Error('is quantised in a way of its own, which is not read here');
  // Of biases, converters write down the side of the weights.
  const side = shape.length === 1 ? 0 : table.whole(QUANTIZATION.side);
  const isFitting = scales.length === 1 || (side >= 0 && side < shape.length && shape[side] === scales.length);
  if (!isFitting || !scales.every(Number.isFinite)) throw new Error(`has ${scales.length} scales that do not fit its shape`);
  const zeros = table.largeWholes(QUANTIZATION.zeros) ?? [];
  if (zeros.length > 1 && zeros.length !== scales.length) throw new Error(`has ${zeros.length} zero points for ${scales.length} scales`);
  return { scales, zeros: scales.map((_, i) => zeros[zeros.length > 1 ? i : 0] ?? 0), side };
}

/** What whole numbers stand for, one by one. */
function dequantized(values: ArrayLike<number>, shape: readonly number[], { scales, zeros, side }: Quantization): Float32Array {
  const inner = scales.length > 1 ? sizeOfShape(shape.slice(side + 1)) : values.length;
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(i / inner) % scales.length;
    result[i] = ((values[i] as number) - (zeros[at] as number)) * (scales[at] as number);
  }
  return result;
}

/** Bytes that lie in a buffer, or outside of it in files of more than 2 GB; null where there are none. */
function bytesOf(buffer: Table | undefined, file: Uint8Array): Uint8Array | null {
  if (!buffer) throw new Error('lies in a buffer that is not there');
  const [offset, size] = [buffer.large(BUFFER.offset), buffer.large(BUFFER.size)];
  if (offset > 1) {
    if (!(offset + size <= file.length)) throw new Error('lies beyond the end of the file, which is cut short');
    return size > 0 ? file.subarray(offset, offset + size) : null;
  }
  const data = buffer.bytes(BUFFER.data);
  return data && data.length > 0 ? data : null;
}

function constantOf(bytes: Uint8Array, shape: readonly number[], type: ElementType, quantization: Quantization | null): Constant {
  const count = sizeOfShape(shape);
  if (bytes.length !== count * type.bytes) throw new Error(`holds ${bytes.length} bytes where its shape asks for ${count * type.bytes}`);
  const decoded = () => type.decode(bytes.slice().buffer);
  const isQuantized = quantization !== null && !type.isFloat;
  return {
    kind: 'constant',
    shape,
    isFloat: type.isFloat || isQuantized,
    get values() {
      return isQuantized ? dequantized(decoded(), shape, quantization) : decoded();
    },
  };
}

/** What sentences call a tensor: names of fused operations are long. */
export function titleOf(table: Table): string {
  return (table.text(TENSOR.name) ?? '').split(';')[0] ?? '';
}

/**
 * @param buffers of the whole file
 * @throws Error saying what is wrong with the tensor, as it stands after its name
 */
export function tensorOf(table: Table, buffers: readonly Table[], file: Uint8Array): Tensor {
  const shape = table.wholes(TENSOR.shape) ?? [];
  const [type, onnxType = null] = TYPES[table.byte(TENSOR.type)] ?? [`the type ${table.byte(TENSOR.type)}`];
  if (shape.length > MAX_RANK || !shape.every((side) => side >= 0) || sizeOfShape(shape) > MAX_VALUES)
    throw new Error(`has the shape [${shape.slice(0, MAX_RANK).join(', ')}], which cannot be right`);
  const signature = table.wholes(TENSOR.signature) ?? [];
  const quantization = quantizationOf(table.table(TENSOR.quantization), shape);
  const bytes = bytesOf(buffers[table.whole(TENSOR.buffer)], file);
  const decoding = onnxType === null ? undefined : ELEMENT_TYPES[onnxType];
  if (bytes && !decoding) throw new Error(`holds ${type}, which are not read here`);
  if (bytes && table.has(TENSOR.sparsity)) throw new Error('is sparse, which is not read here');
  return {
    name: table.text(TENSOR.name) ?? '',
    shape,
    openShape: shape.map((side, axis) => (signature.length === shape.length && (signature[axis] ?? 0) < 0 ? null : side)),
    type,
    onnxType,
    quantization,
    constant: bytes && decoding ? constantOf(bytes, shape, decoding, quantization) : null,
  };
}

/** The bytes of a buffer, such as that of the metadata; null where there are none. */
export function bufferBytes(buffers: readonly Table[], place: number, file: Uint8Array): Uint8Array | null {
  return bytesOf(buffers[place], file);
}
