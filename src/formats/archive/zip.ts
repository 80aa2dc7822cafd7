/**
 * zip archives, as far as Keras writes them. Every member is checked against the sum that the archive gives for it, which libraries for the
 * browser leave out: a bit that turned over in the weights is found here or nowhere.
 */
import { Inflate } from 'fflate';
import { contentOffset, directoryPlace, MEMBER_BYTES, STORED, TAIL_BYTES, type ZipEntry, zipEntries } from './zip-directory.ts';

/** So much is handed on at a time, so that there is progress to tell of, and an end to what grows too large. */
const PIECE_BYTES = 1 << 20;
const PACKED_PIECE_BYTES = 1 << 14;

export interface ZipMember {
  readonly name: string;
  /** Unpacked, as the archive says. */
  readonly bytes: number;
  /**
   * @param onStep called now and then
   * @throws Error where the member is damaged, or does not keep to what the archive says of it
   */
  read(onStep: () => void): Uint8Array;
  /**
   * The first bytes, unchecked: what tells one kind of file from another.
   *
   * @throws Error where the member is damaged
   */
  head(bytes: number): Uint8Array;
}

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/** CRC-32, the sum that zip uses. */
export function crc32(bytes: Uint8Array, onStep: () => void = () => {}): number {
  let sum = 0xffffffff;
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const end = Math.min(bytes.length, start + PIECE_BYTES);
    for (let i = start; i < end; i++) sum = (REMAINDERS[(sum ^ (bytes[i] as number)) & 0xff] as number) ^ (sum >>> 8);
    onStep();
  }
  return ~sum >>> 0;
}

/** @throws Error for more bytes than there should be, or fewer */
export function inflated(packed: Uint8Array, bytes: number, onStep: () => void): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  const inflate = new Inflate((piece) => {
    if (at + piece.length > bytes) throw new Error('it grows larger than it should');
    whole.set(piece, at);
    at += piece.length;
  });
  for (let start = 0; start < packed.length; start += PACKED_PIECE_BYTES) {
    const end = start + PACKED_PIECE_BYTES;
    inflate.push(packed.subarray(start, end), end >= packed.length);
    onStep();
  }
  if (at !== bytes) throw new Error('it ends too early');
  return whole;
}

/** The first bytes of what is packed. */
function inflatedHead(packed: Uint8Array, bytes: number): Uint8Array {
  const head = new Uint8Array(bytes);
  let at = 0;
  const inflate = new Inflate((piece) => {
    const part = piece.subarray(0, bytes - at);
    head.set(part, at);
    at += part.length;
  });
  for (let start = 0; start < packed.length && at < bytes; start += PACKED_PIECE_BYTES)
    inflate.push(packed.subarray(start, start + PACKED_PIECE_BYTES), start + PACKED_PIECE_BYTES >= packed.length);
  return head.subarray(0, at);
}

function memberOf(archive: Uint8Array, entry: ZipEntry): ZipMember {
  const { name, method, sum, packedBytes, bytes, place } = entry;
  const packed = (): Uint8Array => {
    const start = place + contentOffset(archive.subarray(place, place + MEMBER_BYTES), entry);
    const content = archive.subarray(start, start + packedBytes);
    if (content.length !== packedBytes) throw new Error('it is cut short');
    return content;
  };
  return {
    name,
    bytes,
    read(onStep) {
      const content = method === STORED ? packed() : inflated(packed(), bytes, onStep);
      if (crc32(content, onStep) !== sum) throw new Error('its check sum is wrong');
      return content;
    },
    head: (count) => (method === STORED ? packed().subarray(0, count) : inflatedHead(packed(), Math.min(count, bytes))),
  };
}

/**
 * The members that the archive's directory lists.
 *
 * @throws Error where the directory is damaged
 */
export function zipMembers(archive: Uint8Array): ZipMember[] {
  const tailStart = Math.max(0, archive.length - TAIL_BYTES);
  const { start, count } = directoryPlace(archive.subarray(tailStart), tailStart);
  return zipEntries(archive.subarray(start), count).map((entry) => memberOf(archive, entry));
}
