/**
 * Unpacks Snappy. Written here because the library for it believes what lengths a stream claims, and one that is made for it runs for ever.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
import { varintAt } from './varint.ts';

/** A copy of 64 bytes takes at least three: nothing can grow more than that. */
const MAX_EXPANSION = 22;

const LITERAL = 0;
/** Lengths above this one stand in the bytes that follow. */
const LONGEST_SHORT_LITERAL = 60;

function unsound(): Error {
  return new Error('a packed block is damaged');
}

/** A number of so many bytes, the lowest first. @throws Error where they are not all there */
function wholeAt(bytes: Uint8Array, at: number, count: number): number {
  if (at + count > bytes.length) throw unsound();
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  return value;
}

/** @throws Error for a stream that is damaged, or that does not keep to the length that it claims */
export function unpackSnappy(packed: Uint8Array): Uint8Array {
  const { value: length, end: start } = varintAt(packed, 0);
  if (length > packed.length * MAX_EXPANSION) throw unsound();
  const whole = new Uint8Array(length);
  let [from, to] = [start, 0];
  while (from < packed.length) {
    const tag = packed[from++] as number;
    const kind = tag & 3;
    if (kind === LITERAL) {
      const short = tag >>> 2;
      const extra = Math.max(0, short - LONGEST_SHORT_LITERAL + 1);
      const count = (extra > 0 ? wholeAt(packed, from, extra) : short) + 1;
      from += extra;
      if (from + count > packed.length || to + count > length) throw unsound();
      whole.set(packed.subarray(from, from + count), to);
      from += count;
      to += count;
    } else {
      const extra = kind === 3 ? 4 : kind;
      const count = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
      const back = wholeAt(packed, from, extra) + (kind === 1 ? (tag >>> 5) * 256 : 0);
      from += extra;
      if (back === 0 || back > to || to + count > length) throw unsound();
      // What is copied may reach into what is being written.
      for (const end = to + count; to < end; to++) whole[to] = whole[to - back] as number;
    }
  }
  if (to !== length) throw unsound();
  return whole;
}
