/** Numbers of seven bits a byte, as LevelDB's tables and Snappy have them. */

export interface Varint {
  readonly value: number;
  /** The place behind it. */
  readonly end: number;
}

/** @throws Error where it is cut short, or larger than can be counted exactly */
export function varintAt(bytes: Uint8Array, at: number): Varint {
  let value = 0;
  // Multiplied, not shifted: JavaScript shifts 32 bits, and offsets go beyond.
  for (let i = at, factor = 1; i < bytes.length && factor <= 2 ** 49; i++, factor *= 128) {
    const byte = bytes[i] as number;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return { value, end: i + 1 };
  }
  throw new Error('a number is cut short, or too large');
}
