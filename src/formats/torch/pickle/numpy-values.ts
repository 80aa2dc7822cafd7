/** NumPy's numbers and arrays, as they stand in a pickle. */
import { type ElementType, elementOfNumpy, reversed } from '../element-types.ts';
import { PickleObject, type PickleValue } from './pickle-values.ts';

interface Dtype {
  readonly element: ElementType;
  readonly isBigEndian: boolean;
}

/** `numpy.dtype('f4')`, told afterwards in which order its bytes are. */
function dtypeOf(value: PickleValue): Dtype | null {
  if (!(value instanceof PickleObject) || value.of !== 'numpy.dtype') return null;
  const [code] = value.args;
  const element = typeof code === 'string' ? elementOfNumpy(code) : null;
  const order = Array.isArray(value.state) ? value.state[1] : null;
  return element && { element, isBigEndian: order === '>' };
}

/** Python 2 had texts for bytes, of which every character is one. */
export function bytesOf(value: PickleValue | undefined): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? Uint8Array.from(value, (letter) => letter.charCodeAt(0)) : null;
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`; null where it is no number. */
export function numpyScalar(args: readonly PickleValue[]): PickleValue | null {
  const MAX_BYTES = 8;
  const [kind = null, content] = args;
  const dtype = dtypeOf(kind);
  const isShort = (typeof content === 'string' || content instanceof Uint8Array) && content.length <= MAX_BYTES;
  const bytes = isShort ? bytesOf(content) : null;
  if (!dtype || bytes?.length !== dtype.element.bytes) return null;
  const ordered = dtype.isBigEndian ? reversed(bytes, bytes.length) : bytes;
  return dtype.element.decode(ordered.slice().buffer as ArrayBuffer)[0] ?? null;
}

/** The numbers of an array in the pickle itself. */
export interface NumpyArray {
  readonly element: ElementType;
  readonly isBigEndian: boolean;
  readonly size: PickleValue;
  readonly isColumnsFirst: boolean;
  /** Bytes, or a text of which every character is one. */
  readonly content: Uint8Array | string;
}

/** `numpy.core.multiarray._reconstruct(…)` with the state (version, shape, dtype, is Fortran's order, bytes); null for anything else. */
export function numpyArray(value: PickleValue): NumpyArray | null {
  if (!(value instanceof PickleObject) || !/^numpy\._?core\.multiarray\._reconstruct$/.test(value.of)) return null;
  const [, size = null, kind = null, isFortran, content] = Array.isArray(value.state) ? value.state : [];
  const dtype = dtypeOf(kind);
  if (!dtype || !(content instanceof Uint8Array || typeof content === 'string')) return null;
  return { ...dtype, size, isColumnsFirst: isFortran === true, content };
}
