/** NumPy's numbers and arrays, as they stand in a pickle. */
import type { ElementType } from '../../network/element-type.ts';
import { elementOfNumpy, reversed } from '../element-types.ts';
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

/** The state of `numpy.core.multiarray._reconstruct(…)`: version, shape, dtype, is Fortran's order, content. Empty for anything else. */
function stateOf(value: PickleValue): readonly PickleValue[] {
  const isArray = value instanceof PickleObject && /^numpy\._?core\.multiarray\._reconstruct$/.test(value.of);
  return isArray && Array.isArray(value.state) ? value.state : [];
}

/** Null where that is no array of numbers. */
export function numpyArray(value: PickleValue): NumpyArray | null {
  const [, size = null, kind = null, isFortran, content] = stateOf(value);
  const dtype = dtypeOf(kind);
  if (!dtype || !(content instanceof Uint8Array || typeof content === 'string')) return null;
  return { ...dtype, size, isColumnsFirst: isFortran === true, content };
}

/** The texts in an array of texts, or of Python's own; null for any other. */
export function numpyTexts(value: PickleValue): readonly string[] | null {
  const MAX_BYTES = 10_000_000;
  const [, , kind = null, , content] = stateOf(value);
  if (Array.isArray(content)) return content.every((item) => typeof item === 'string') ? content : null;
  const [code] = kind instanceof PickleObject ? kind.args : [];
  const width = Number(/^[<>=|]?U(\d+)$/.exec(typeof code === 'string' ? code : '')?.[1]);
  const isText = content instanceof Uint8Array || typeof content === 'string';
  if (!(width > 0) || !isText || content.length > MAX_BYTES) return null;
  const bytes = bytesOf(content) ?? new Uint8Array();
  const isBigEndian = kind instanceof PickleObject && Array.isArray(kind.state) && kind.state[1] === '>';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Four bytes for each character, and zeros after the last one.
  const codes = Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(4 * i, !isBigEndian));
  const count = Math.floor(codes.length / width);
  return Array.from({ length: count }, (_, i) => textOf(codes.slice(i * width, (i + 1) * width)));
}

function textOf(codes: readonly number[]): string {
  const LAST_CHARACTER = 0x10ffff;
  return codes
    .filter((character) => character > 0 && character <= LAST_CHARACTER)
    .map((character) => String.fromCodePoint(character))
    .join('');
}
