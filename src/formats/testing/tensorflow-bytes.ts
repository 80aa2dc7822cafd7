/** What TensorFlow's files are made of, as tests write it: checksums, messages, and tables of entries. */
import { PbfWriter } from 'pbf';
import { compress } from 'snappyjs';

type Bytes = Uint8Array<ArrayBuffer>;

const POLYNOMIAL = 0x82f63b78;

/** Bit by bit, as it is defined: not the way in which the reader does it. */
function slowSum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** A table of 256 is enough for large tensors in tests. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
});

function quickSum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) sum = (REMAINDERS[(sum ^ (bytes[i] as number)) & 0xff] as number) ^ (sum >>> 8);
  return ~sum >>> 0;
}

export function maskedSum(bytes: Uint8Array): number {
  const sum = bytes.length > 4096 ? quickSum(bytes) : slowSum(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

export function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

export function joined(parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A message with these fields; a number is a varint, bytes and texts are what they are. */
export function message(...fields: readonly (readonly [number, number | Uint8Array | string])[]): Bytes {
  const writer = new PbfWriter();
  for (const [field, value] of fields) {
    if (typeof value === 'number') writer.writeVarintField(field, value);
    else writer.writeBytesField(field, typeof value === 'string' ? new TextEncoder().encode(value) : value);
  }
  return Uint8Array.from(writer.finish());
}

export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

const RESTART_EVERY = 16;

function blockOf(entries: readonly Entry[]): Bytes {
  const parts: (Uint8Array | readonly number[])[] = [];
  const restarts: number[] = [];
  let [at, before] = [0, new Uint8Array()];
  for (const [i, { key, value }] of entries.entries()) {
    const bytes = new TextEncoder().encode(key);
    const isRestart = i % RESTART_EVERY === 0;
    if (isRestart) restarts.push(at);
    let shared = 0;
    while (!isRestart && shared < Math.min(before.length, bytes.length) && before[shared] === bytes[shared]) shared++;
    const entry = joined([varint(shared), varint(bytes.length - shared), varint(value.length), bytes.subarray(shared), value]);
    parts.push(entry);
    at += entry.length;
    before = bytes;
  }
  const numbers = Uint32Array.from([...(restarts.length > 0 ? restarts : [0]), Math.max(1, restarts.length)]);
  return joined([...parts, new Uint8Array(numbers.buffer)]);
}

export interface TableOptions {
  /** Entries in each block. */
  readonly perBlock?: number;
  readonly isPacked?: boolean;
}

/** A table of these entries, which must be in order. */
export function tableOf(entries: readonly Entry[], { perBlock = 40, isPacked = false }: TableOptions = {}): Bytes {
  const parts: Uint8Array[] = [];
  let at = 0;
  const write = (block: Bytes): Uint8Array => {
    const content = joined([isPacked ? compress(block) : block, [isPacked ? 1 : 0]]);
    const handle = Uint8Array.from([...varint(at), ...varint(content.length - 1)]);
    const whole = joined([content, new Uint8Array(Uint32Array.of(maskedSum(content)).buffer)]);
    parts.push(whole);
    at += whole.length;
    return handle;
  };
  const index: Entry[] = [];
  for (let i = 0; i < entries.length; i += perBlock) {
    const block = entries.slice(i, i + perBlock);
    index.push({ key: block.at(-1)?.key ?? '', value: write(blockOf(block)) });
  }
  const footer = new Uint8Array(48);
  footer.set([...write(blockOf([])), ...write(blockOf(index))]);
  footer.set([0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb], 40);
  return joined([...parts, footer]);
}
