/**
 * How values of more than eight bits become eight: their upper eight, as Pillow reads 16-bit RGB, and OpenCV and TensorFlow any.
 * Microscopes and cameras often put 12 or 14 bits into 16, so that an image is nearly black until it is stretched: then the upper eight of
 * those in use count.
 */

/** What is known of the values of an image with 16 bits. */
export interface Depth {
  readonly bits: number;
  /** How many of them the largest value needs. */
  readonly usedBits: number;
}

/** Beyond this an image may well be as dark as it looks. */
const MAX_STRETCHED_BITS = 14;

/** Whether most of the range lies idle. */
export function isNearlyBlack({ bits, usedBits }: Depth): boolean {
  return bits === 16 && usedBits <= MAX_STRETCHED_BITS;
}

/** How many bits a value of up to 16 needs. */
export function bitsOf(value: number): number {
  return 32 - Math.clz32(value);
}

/**
 * A value for each value there can be.
 *
 * @param bits of each value, 1 to 16
 * @param stretchedBits how many of them are stretched to the whole range; null: all count
 */
export function toEightBits(bits: number, stretchedBits: number | null): Uint8Array {
  const count = 2 ** bits;
  const used = stretchedBits ?? bits;
  const top = 2 ** used - 1;
  return Uint8Array.from({ length: count }, (_, value) => {
    const kept = Math.min(value, top);
    return used <= 8 ? Math.round((kept * 255) / top) : kept >> (used - 8);
  });
}
