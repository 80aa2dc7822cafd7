/** CRC-32C (Castagnoli), the sum that TensorFlow keeps of blocks and tensors. Eight bytes at a time: weights are large. */

const POLYNOMIAL = 0x82f63b78;

const TABLES: readonly Uint32Array[] = (() => {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? POLYNOMIAL ^ (sum >>> 1) : sum >>> 1;
    return sum;
  });
  const tables = [first];
  for (let t = 1; t < 8; t++)
    tables.push(Uint32Array.from(tables[t - 1] as Uint32Array, (sum) => (first[sum & 0xff] as number) ^ (sum >>> 8)));
  return tables;
})();

/** @param sum of what goes before, to be continued */
export function crc32c(bytes: Uint8Array, sum = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let state = ~sum;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    const [low, high] = [state ^ view.getUint32(at, true), view.getUint32(at + 4, true)];
    state =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[high & 0xff] as number) ^
      (t2[(high >>> 8) & 0xff] as number) ^
      (t1[(high >>> 16) & 0xff] as number) ^
      (t0[high >>> 24] as number);
  }
  for (; at < bytes.length; at++) state = (t0[(state ^ (bytes[at] as number)) & 0xff] as number) ^ (state >>> 8);
  return ~state >>> 0;
}

/** As files hold a sum: changed, so that a sum of what holds sums is no weak one. */
export function masked(sum: number): number {
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
