/** `TensorProto`: a tensor with its values, in one of several fields. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */

import type { Constant } from '../../graph/nodes/constant.ts';
import { DOUBLE, ELEMENT_TYPES } from '../../graph/nodes/element-types.ts';
import { sizeOfShape } from '../../network/artifacts.ts';
import type { ElementType } from '../../network/element-type.ts';
import type { Message } from '../../protobuf/message.ts';
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

/** In which field values of a type lie where they are not in `raw_data`; those that are left out lie among the whole numbers of 32 bits. */
const FIELDS: Readonly<Record<number, number>> = { 1: FLOAT_DATA, 7: INT64_DATA, 11: DOUBLE_DATA, 12: UINT64_DATA, 13: UINT64_DATA };

const TYPE_NAMES: Readonly<Record<number, string>> = { 8: 'texts', 14: 'complex numbers', 15: 'complex numbers' };

/** More than a browser can hold in one piece. */
const MAX_VALUES = 2 ** 31;

/** Values that lie in a field of numbers: halves lie there as their bits. */
function fromField(message: Message, code: number, type: ElementType): ArrayLike<number> {
  const field = FIELDS[code] ?? INT32_DATA;
  if (field === FLOAT_DATA) return Float32Array.from(message.floats(FLOAT_DATA));
  if (field === DOUBLE_DATA) return Float64Array.from(message.doubles(DOUBLE_DATA));
  const numbers = message.numbers(field);
  return type.isFloat ? type.decode(Uint16Array.from(numbers).buffer) : numbers;
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
  const type = ELEMENT_TYPES[code];
  if (!type) throw new Error(`holds ${TYPE_NAMES[code] ?? `numbers of the kind ${code}`}, which are not read here`);
  const count = sizeOfShape(shape);
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0) || count > MAX_VALUES)
    throw new Error(`has the shape [${shape.join(', ')}], which cannot be right`);
  const raw = external(message) ?? message.bytes(RAW_DATA);
  const { isFloat, range } = type;
  const known = { kind: 'constant', shape, isFloat, ...(code === DOUBLE && { isDouble: true }), ...(range && { range }) } as const;
  if (!raw) {
    const values = fromField(message, code, type);
    if (values.length !== count) throw new Error(`holds ${values.length} values where its shape asks for ${count}`);
    return { ...known, values };
  }
  if (raw.length !== count * type.bytes) throw new Error(`holds ${raw.length} bytes where its shape asks for ${count * type.bytes}`);
  return {
    ...known,
    get values() {
      return type.decode(raw.slice().buffer);
    },
  };
}
