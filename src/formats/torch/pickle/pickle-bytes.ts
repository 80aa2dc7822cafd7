/** The bytes of a pickle, from its start on. */
import { PickleEnds, PickleFault } from './pickle-values.ts';

const UTF8 = new TextDecoder();

/** Names of modules and classes are lines of text. */
const MAX_LINE_BYTES = 1000;

const NEWLINE = 0x0a;

/** Every byte one character: what Python 2 calls a string. */
export function latin1(bytes: Uint8Array): string {
  const PIECE = 1 << 14;
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

/** @throws PickleEnds wherever a size that the file claims leads beyond its end */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  #step(bytes: number): number {
    const { at } = this;
    if (!(bytes <= this.#bytes.length - at)) throw new PickleEnds();
    this.at = at + bytes;
    return at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  /** Alone among pickle's numbers big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#step(8));
  }

  take(bytes: number): Uint8Array {
    const at = this.#step(bytes);
    return this.#bytes.subarray(at, at + bytes);
  }

  text(bytes: number): string {
    return UTF8.decode(this.take(bytes));
  }

  line(): string {
    const end = this.#bytes.subarray(this.at, this.at + MAX_LINE_BYTES).indexOf(NEWLINE);
    if (end < 0 && this.#bytes.length - this.at >= MAX_LINE_BYTES) throw new PickleFault('a name in it does not end');
    if (end < 0) throw new PickleEnds();
    const text = this.text(end);
    this.at++;
    return text;
  }

  /** A whole number of two's complement, little-endian. */
  long(bytes: number): number | bigint {
    const MAX_BYTES = 64;
    const digits = this.take(bytes);
    if (bytes > MAX_BYTES) throw new PickleFault('a number in it has thousands of digits');
    let value = 0n;
    for (const digit of digits.toReversed()) value = (value << 8n) | BigInt(digit);
    const signed = BigInt.asIntN(bytes * 8, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }
}
