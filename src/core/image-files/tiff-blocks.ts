/** How the strips and tiles of TIFF files are compressed. No more is ever unpacked than the page has room for. */
import { Unzlib } from 'fflate';
import { cutShort, damaged, ImageFault } from './image-fault.ts';

const NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT fax',
  3: 'CCITT fax',
  4: 'CCITT fax',
  6: 'JPEG as it was kept before 1995',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};

const NONE = 1;
export const JPEG = 7;
const LZW = 5;
const DEFLATE: readonly number[] = [8, 32946];
const PACK_BITS = 32773;

/** How much longer a block can become at the most: a claim beyond that is no block of an image. */
export function greatestExpansion(compression: number): number {
  if (compression === NONE) return 1;
  if (compression === PACK_BITS) return 64;
  return DEFLATE.includes(compression) ? 1032 : 3000;
}

/** @throws ImageFault naming the compression, where it is none that is read here */
export function checkCompression(compression: number): void {
  if ([NONE, LZW, JPEG, PACK_BITS, ...DEFLATE].includes(compression)) return;
  throw new ImageFault(
    `is compressed by ${NAMES[compression] ?? `method ${compression}`}, which cannot be read here; please save it with LZW, deflate or no compression`,
  );
}

function packBits(packed: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  let to = 0;
  for (let from = 0; to < length; ) {
    const header = packed[from++];
    if (header === undefined) throw cutShort();
    if (header === 128) continue;
    const count = Math.min(header < 128 ? header + 1 : 257 - header, length - to);
    if (header < 128) {
      if (from + count > packed.length) throw cutShort();
      result.set(packed.subarray(from, from + count), to);
      from += header + 1;
    } else result.fill(packed[from++] ?? 0, to, to + count);
    to += count;
  }
  return result;
}

/** Deflated bytes that are unpacked at a time. */
const PART_BYTES = 65_536;

const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;

/** Codes of 9 to 12 bits, the highest bit first; they grow one code early, as TIFF has it. */
function lzw(packed: Uint8Array, length: number): Uint8Array {
  if (packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1)
    throw new ImageFault('is compressed by LZW as it was kept before 1990, which cannot be read here; please save it again');
  const result = new Uint8Array(length);
  // Each code stands for bytes that were written before: the string of the code before it, and the byte after that.
  const starts = new Uint32Array(MAX_CODES);
  const counts = new Uint16Array(MAX_CODES);
  let [to, from, bits, bitCount, width, next] = [0, 0, 0, 0, 9, END + 1];
  let former = { start: 0, count: 0 };
  while (to < length) {
    while (bitCount < width) {
      const byte = packed[from++];
      if (byte === undefined) throw cutShort();
      bits = ((bits << 8) | byte) & 0xffffff;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bits >> bitCount) & ((1 << width) - 1);
    if (code === END) throw cutShort();
    if (code === CLEAR) {
      [width, next] = [9, END + 1];
      former = { start: 0, count: 0 };
      continue;
    }
    const start = to;
    const isNew = code === next;
    if (code < CLEAR) result[to++] = code;
    else {
      if (code > next || (isNew && former.count === 0)) throw damaged('its LZW codes make no sense');
      const source = isNew ? former.start : (starts[code] ?? 0);
      const count = Math.min(isNew ? former.count + 1 : (counts[code] ?? 0), length - to);
      // Byte by byte: the last one of a new string is the first that is written here.
      for (let i = 0; i < count; i++) result[to++] = result[source + i] ?? 0;
    }
    if (former.count > 0 && next < MAX_CODES) {
      starts[next] = former.start;
      counts[next] = former.count + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    former = { start, count: to - start };
  }
  return result;
}

function inflate(packed: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  let to = 0;
  const inflator = new Unzlib((chunk) => {
    result.set(chunk.subarray(0, length - to), to);
    to += Math.min(chunk.length, length - to);
  });
  try {
    // In parts: what is unpacked beyond the page's end must not fill the memory.
    for (let from = 0; to < length && from < packed.length; from += PART_BYTES)
      inflator.push(packed.subarray(from, from + PART_BYTES), from + PART_BYTES >= packed.length);
  } catch (cause) {
    if (to < length) throw new ImageFault(damaged('it cannot be unpacked').message, { cause });
  }
  if (to < length) throw cutShort();
  return result;
}

/**
 * @param length how many bytes the block has when it is unpacked
 * @throws ImageFault for a block that has fewer
 */
export function unpacked(packed: Uint8Array, compression: number, length: number): Uint8Array {
  if (compression === LZW) return lzw(packed, length);
  if (compression === PACK_BITS) return packBits(packed, length);
  if (compression !== NONE) return inflate(packed, length);
  if (packed.length < length) throw cutShort();
  return packed.subarray(0, length);
}
