/** Writes pickles an instruction at a time, sound or not: each function gives the bytes of what it is called after. */
import { utf8 } from '../sound-models.ts';

export type Part = readonly number[] | Uint8Array;

export function joined(...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}

/** Little-endian. */
export function uint32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

export function uint64(value: bigint): Uint8Array {
  return new Uint8Array(new BigUint64Array([value]).buffer);
}

export const MARK = [code('(')];
const STOP = [code('.')];
export const NONE = [code('N')];
export const TRUE = [0x88];
export const EMPTY_TUPLE = [code(')')];
export const EMPTY_LIST = [code(']')];
export const EMPTY_DICT = [code('}')];
export const REDUCE = [code('R')];
export const BUILD = [code('b')];
export const NEWOBJ = [0x81];
export const NEWOBJ_EX = [0x92];
export const OBJ = [code('o')];
export const PERSISTENT = [code('Q')];
const TUPLE = [code('t')];
export const APPENDS = [code('e')];
export const SETITEMS = [code('u')];
export const MEMOIZE = [0x94];
export const STACK_GLOBAL = [0x93];

/** A whole number of four bytes and a sign. */
export function int(value: number): Part {
  return joined([code('J')], uint32(value));
}

/** A whole number of any size. */
export function long(value: bigint): Part {
  const BYTES = 16;
  const bits = BigInt.asUintN(BYTES * 8, value);
  return joined([0x8a, BYTES], uint64(bits & 0xffff_ffff_ffff_ffffn), uint64(bits >> 64n));
}

export function float(value: number): Part {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return joined([code('G')], bytes);
}

export function text(value: string): Part {
  const bytes = utf8(value);
  return joined([code('X')], uint32(bytes.length), bytes);
}

export function bytesOf(value: Uint8Array): Part {
  return joined([code('B')], uint32(value.length), value);
}

export function global(module: string, name: string): Part {
  return utf8(`c${module}\n${name}\n`);
}

export function tuple(...items: readonly Part[]): Part {
  return joined(MARK, ...items, TUPLE);
}

export function list(...items: readonly Part[]): Part {
  return joined(EMPTY_LIST, MARK, ...items, APPENDS);
}

function pairs(entries: readonly (readonly [key: string, value: Part])[]): Part {
  return joined(MARK, ...entries.flatMap(([key, value]) => [text(key), value]), SETITEMS);
}

export function dict(entries: Readonly<Record<string, Part>> | readonly (readonly [key: string, value: Part])[]): Part {
  return joined(EMPTY_DICT, pairs('length' in entries ? (entries as [string, Part][]) : Object.entries(entries)));
}

export function call(callee: Part, ...args: readonly Part[]): Part {
  return joined(callee, tuple(...args), REDUCE);
}

/** An object of a class, and what it is told of itself. */
export function object(module: string, name: string, state: Part): Part {
  return joined(global(module, name), EMPTY_TUPLE, NEWOBJ, state, BUILD);
}

export function put(index: number): Part {
  return joined([code('r')], uint32(index));
}

export function get(index: number): Part {
  return joined([code('j')], uint32(index));
}

/** A whole pickle. */
export function pickle(value: Part, protocol = 2): Uint8Array<ArrayBuffer> {
  return joined([0x80, protocol], value, STOP);
}

export function storage(key: Part, count: Part, kind: Part = global('torch', 'FloatStorage')): Part {
  return joined(tuple(text('storage'), kind, key, text('cpu'), count), PERSISTENT);
}

const REBUILD = global('torch._utils', '_rebuild_tensor_v2');

/** A tensor as its parts say, whatever they are. */
export function view(of: Part, offset: Part, size: Part, stride: Part): Part {
  return call(REBUILD, of, offset, size, stride, [0x89], call(global('collections', 'OrderedDict')));
}

export function ints(...values: readonly number[]): Part {
  return tuple(...values.map(int));
}

/** A tensor of these sides that has a storage to itself. */
export function tensor(key: string, shape: readonly number[]): Part {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, side) => product * side, 1));
  const count = shape.reduce((product, side) => product * side, 1);
  return view(storage(text(key), int(count)), int(0), ints(...shape), ints(...strides));
}
