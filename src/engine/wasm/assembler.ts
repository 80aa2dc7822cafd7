/**
 * Writes WebAssembly: the few instructions that our kernels are made of, as typed expressions.
 *
 * A value is the code that leaves it on the stack, so that expressions nest as they do in mathematics, and loops of TypeScript unroll.
 * Opcodes: https://webassembly.github.io/spec/core/appendix/index-instructions.html
 */

export type Code = readonly number[];

type Type = 'i32' | 'v128';

/** An integer: a number, a place in memory in bytes, or whether something holds. A vector has four float32. */
export interface Value<Kind extends Type> {
  readonly type: Kind;
  readonly code: Code;
}

export type Vector = Value<'v128'>;
export type Int = number | Value<'i32'>;

const TYPE_CODES: Readonly<Record<Type, number>> = { i32: 0x7f, v128: 0x7b };

/** LEB128. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value > 0x7f ? [low | 0x80, ...unsigned(value >>> 7)] : [low];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isDone = rest === ((low & 0x40) === 0 ? 0 : -1);
  return isDone ? [low] : [low | 0x80, ...signed(rest)];
}

function counted(parts: readonly Code[]): Code {
  return [...unsigned(parts.length), ...parts.flat()];
}

export class Local<Kind extends Type> implements Value<Kind> {
  readonly code: Code;

  constructor(
    readonly index: number,
    readonly type: Kind,
  ) {
    this.code = [0x20, ...unsigned(index)];
  }

  set(value: Value<Kind>): Code {
    return [...value.code, 0x21, ...unsigned(this.index)];
  }
}

/** Sets several at once, so that the values may be made of the locals. */
export function setAll<Kind extends Type>(locals: readonly Local<Kind>[], values: readonly Value<Kind>[]): Code {
  return [...values.flatMap(({ code }) => code), ...locals.toReversed().flatMap(({ index }) => [0x21, ...unsigned(index)])];
}

function intCode(value: Int): Code {
  return typeof value === 'number' ? [0x41, ...signed(value)] : value.code;
}

const integer =
  (opcode: number) =>
  (a: Int, b: Int): Value<'i32'> => ({ type: 'i32', code: [...intCode(a), ...intCode(b), opcode] });

export const int = (value: Int): Value<'i32'> => ({ type: 'i32', code: intCode(value) });
export const plus = integer(0x6a);
export const minus = integer(0x6b);
export const times = integer(0x6c);
/** Of what is not negative. */
export const quotient = integer(0x6e);
export const remainder = integer(0x70);
export const and = integer(0x71);
export const isLess = integer(0x48);
/** Without a sign: less, and not negative. */
export const isBelow = integer(0x49);

/** `a` where the condition holds, else `b`. */
export function choose(condition: Int, a: Int, b: Int): Value<'i32'> {
  return { type: 'i32', code: [...intCode(a), ...intCode(b), ...intCode(condition), 0x1b] };
}

export function smaller(a: Int, b: Int): Value<'i32'> {
  return choose(isLess(a, b), a, b);
}

const vector = (opcode: number, ...code: readonly Code[]): Vector => ({
  type: 'v128',
  code: [...code.flat(), 0xfd, ...unsigned(opcode)],
});

/** Where four values lie, or one. */
const at = (offset: number): number[] => [2, ...unsigned(offset)];

/** How values are loaded and stored: four at a time, or a single one, of which the vector has the first place. */
export interface Access {
  readonly count: 4 | 1;
  load(address: Int, offset?: number): Vector;
  store(address: Int, value: Vector, offset?: number): Code;
}

export const FOUR: Access = {
  count: 4,
  load: (address, offset = 0) => ({ type: 'v128', code: [...intCode(address), 0xfd, 0x00, ...at(offset)] }),
  store: (address, value, offset = 0) => [...intCode(address), ...value.code, 0xfd, 0x0b, ...at(offset)],
};

const ONE: Access = {
  count: 1,
  load: (address, offset = 0) => ({ type: 'v128', code: [...intCode(address), 0xfd, 0x5c, ...at(offset)] }),
  store: (address, value, offset = 0) => [...intCode(address), ...value.code, 0xfd, 0x5a, ...at(offset), 0],
};

/** One value four times. */
export function loadSplat(address: Int, offset: number): Vector {
  return { type: 'v128', code: [...intCode(address), 0xfd, 0x09, ...at(offset)] };
}

/** A number four times. */
export function constant(value: number): Vector {
  return { type: 'v128', code: [0xfd, 0x0c, ...new Uint8Array(Float32Array.of(value, value, value, value).buffer)] };
}

export const NOTHING = constant(0);
export const sum = (a: Vector, b: Vector): Vector => vector(0xe4, a.code, b.code);
export const difference = (a: Vector, b: Vector): Vector => vector(0xe5, a.code, b.code);
export const product = (a: Vector, b: Vector): Vector => vector(0xe6, a.code, b.code);
/** Zero in place of what is negative. */
export const rectified = (a: Vector): Vector => vector(0xeb, a.code, NOTHING.code);

/** `a * b + c`, in one instruction where the engine has relaxed SIMD, and then rounded once rather than twice. */
export type AddProduct = (a: Vector, b: Vector, c: Vector) => Vector;
export const separately: AddProduct = (a, b, c) => sum(c, product(a, b));
export const fused: AddProduct = (a, b, c) => vector(0x105, a.code, b.code, c.code);

export function when(condition: Int, then: Code, otherwise: Code = []): Code {
  const other = otherwise.length > 0 ? [0x05, ...otherwise] : [];
  return [...intCode(condition), 0x04, 0x40, ...then, ...other, 0x0b];
}

/** Runs at least once. */
export function doWhile(body: Code, condition: Int): Code {
  return [0x03, 0x40, ...body, ...intCode(condition), 0x0d, 0, 0x0b];
}

/** With the local from 0 on, in steps, while it is less than the end. */
export function forEach(local: Local<'i32'>, end: Int, step: number, ...body: readonly Code[]): Code {
  return [...local.set(int(0)), ...goOn(local, end, step, body.flat())];
}

function goOn(local: Local<'i32'>, end: Int, step: number, body: Code): Code {
  return [
    ...[0x02, 0x40, 0x03, 0x40],
    ...[...isLess(local, end).code, 0x45, 0x0d, 1],
    ...body,
    ...local.set(plus(local, step)),
    ...[0x0c, 0, 0x0b, 0x0b],
  ];
}

/** Walks over values, whose places in bytes the local says: four at a time, and what is left one by one. @param bytes of all */
export function forValues(local: Local<'i32'>, bytes: Int, body: (access: Access) => Code): Code {
  return [...forEach(local, minus(bytes, 15), 16, body(FOUR)), ...goOn(local, bytes, 4, body(ONE))];
}

/** A function that takes integers, each by its name, and gives nothing. */
export class FunctionCode<Name extends string = string> {
  readonly parameters: Readonly<Record<Name, Local<'i32'>>>;
  readonly #locals: Type[] = [];
  body: Code = [];

  /** @param index among the functions of its module */
  constructor(
    readonly name: string,
    readonly index: number,
    readonly parameterNames: readonly Name[],
  ) {
    const locals = parameterNames.map((parameter, i) => [parameter, new Local(i, 'i32')]);
    this.parameters = Object.fromEntries(locals) as Record<Name, Local<'i32'>>;
  }

  int(): Local<'i32'> {
    return this.#local('i32');
  }

  /** Locals by their names. */
  ints<Own extends string>(...names: readonly Own[]): Readonly<Record<Own, Local<'i32'>>> {
    return Object.fromEntries(names.map((name) => [name, this.#local('i32')])) as Record<Own, Local<'i32'>>;
  }

  vector(): Local<'v128'> {
    return this.#local('v128');
  }

  #local<Kind extends Type>(type: Kind): Local<Kind> {
    this.#locals.push(type);
    return new Local(this.parameterNames.length + this.#locals.length - 1, type);
  }

  call(values: Readonly<Record<Name, Int>>): Code {
    return [...this.parameterNames.flatMap((name) => intCode(values[name])), 0x10, ...unsigned(this.index)];
  }

  get type(): Code {
    return [0x60, ...counted(this.parameterNames.map(() => [TYPE_CODES.i32])), 0];
  }

  get code(): Code {
    const code = [...counted(this.#locals.map((type) => [1, TYPE_CODES[type]])), ...this.body, 0x0b];
    return [...unsigned(code.length), ...code];
  }
}

/** One after the other. */
export function inTurn(...codes: readonly Code[]): Code {
  return codes.flat();
}

const text = (value: string): Code => counted([...new TextEncoder().encode(value)].map((byte) => [byte]));
const section = (id: number, parts: readonly Code[]): Code => {
  const content = counted(parts);
  return [id, ...unsigned(content.length), ...content];
};

/** A module of these functions, each under its name, that works in memory which it is given as `host.memory`. */
export function moduleBytes(functions: readonly FunctionCode[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map(({ type }) => type),
    ),
    ...section(2, [[...text('host'), ...text('memory'), 0x02, 0, 0]]),
    ...section(
      3,
      functions.map(({ index }) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name, index }) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(
      10,
      functions.map(({ code }) => code),
    ),
  ]);
}
