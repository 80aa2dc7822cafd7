/**
 * zip archives, as far as Keras writes them. Every member is checked against the sum that the archive gives for it, which libraries for the
 * browser leave out: a bit that turned over in the weights is found here or nowhere.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { Inflate } from 'fflate';

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const MEMBER = 0x04034b50;

/** Of the end of the directory without, and with, the longest comment. */
const END_BYTES = 22;
const END_BYTES_AT_MOST = END_BYTES + 0xffff;
const ENTRY_BYTES = 46;
const MEMBER_BYTES = 30;

const STORED = 0;
const DEFLATED = 8;
const IS_ENCRYPTED = 1;

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
function inflated(packed: Uint8Array, bytes: number, onStep: () => void): Uint8Array {
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

/** Where the directory's end begins. */
function directoryEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, view.byteLength - END_BYTES_AT_MOST); at--)
    if (view.getUint32(at, true) === DIRECTORY_END) return at;
  throw new Error('it has no directory');
}

function memberAt(archive: Uint8Array, view: DataView, entry: number): ZipMember {
  const nameBytes = view.getUint16(entry + 28, true);
  const path = new TextDecoder().decode(archive.subarray(entry + ENTRY_BYTES, entry + ENTRY_BYTES + nameBytes));
  const [flags, method] = [view.getUint16(entry + 8, true), view.getUint16(entry + 10, true)];
  const sum = view.getUint32(entry + 16, true);
  const [packedBytes, bytes] = [view.getUint32(entry + 20, true), view.getUint32(entry + 24, true)];
  const place = view.getUint32(entry + 42, true);
  const packed = (): Uint8Array => {
    if (flags & IS_ENCRYPTED) throw new Error('it is encrypted');
    if (place + MEMBER_BYTES > archive.length || view.getUint32(place, true) !== MEMBER) throw new Error('it is not where it should be');
    const start = place + MEMBER_BYTES + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
    const content = archive.subarray(start, start + packedBytes);
    if (content.length !== packedBytes) throw new Error('it is cut short');
    if (method !== STORED && method !== DEFLATED) throw new Error(`it is packed by method ${method}`);
    if (method === STORED && packedBytes !== bytes) throw new Error('it has two sizes');
    return content;
  };
  return {
    // Programs on Windows write backslashes, against the rules of zip.
    name: path.replaceAll('\\', '/'),
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
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = directoryEnd(view);
  const count = view.getUint16(end + 10, true);
  const members: ZipMember[] = [];
  for (let i = 0, at = view.getUint32(end + 16, true); i < count; i++) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) throw new Error('its directory is damaged');
    members.push(memberAt(archive, view, at));
    at += ENTRY_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return members;
}
