/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */

/** All 65 536 halves as floats: a look-up is much quicker than taking each apart. */
function makeTable(): Float32Array {
  const table = new Float32Array(65536);
  for (let half = 0; half < 32768; half++) {
    const exponent = half >> 10;
    const fraction = half & 1023;
    let value: number;
    if (exponent === 0) value = fraction * 2 ** -24;
    else if (exponent === 31) value = fraction ? Number.NaN : Number.POSITIVE_INFINITY;
    else value = (1 + fraction / 1024) * 2 ** (exponent - 15);
    table[half] = value;
    table[half + 32768] = -value;
  }
  return table;
}

let table: Float32Array | null = null;

export function floatsOfFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  table ??= makeTable();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i] ?? 0] ?? 0;
  return values;
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The nearest half, ties to even; beyond 65 504 infinity. */
export function encodeFloat16(value: number): number {
  float[0] = value;
  const word = bits[0] ?? 0;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 halves are multiples of 2^-24.
    const scaled = Math.abs(value) * 2 ** 24;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
  }
  // Rounding may carry into the exponent, which is just what it should do.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
