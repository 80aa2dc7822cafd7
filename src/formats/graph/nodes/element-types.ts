/** Types of a tensor's values, by ONNX's numbers (`TensorProto.DataType`). https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
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
} from '../../network/element-type.ts';

export const DOUBLE = 11;
export const BOOLEAN = 9;

export const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  1: FLOAT32,
  2: UINT8,
  3: INT8,
  4: UINT16,
  5: INT16,
  6: INT32,
  7: INT64,
  [BOOLEAN]: BOOL,
  10: FLOAT16,
  [DOUBLE]: FLOAT64,
  12: UINT32,
  13: UINT64,
  16: BFLOAT16,
};

/** Whether a type is one of floats; null for one that is not read. */
export function isFloatType(type: number): boolean | null {
  return ELEMENT_TYPES[type]?.isFloat ?? null;
}
