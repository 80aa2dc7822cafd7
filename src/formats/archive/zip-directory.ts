/**
 * The directory of a zip archive, which stands at its end: what is in it, and where. Of archives above 4 GB (ZIP64) it has larger numbers.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
const DIRECTORY_END = 0x06054b50;
const LARGE_DIRECTORY_END = 0x06064b50;
const LARGE_LOCATOR = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const MEMBER = 0x04034b50;

/** Of the end of the directory without, and with, the longest comment; and of what ZIP64 has before it. */
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 0xffff;
const LOCATOR_BYTES = 20;
const LARGE_END_BYTES = 56;
const ENTRY_BYTES = 46;
export const MEMBER_BYTES = 30;

/** Read from the end of an archive, so many bytes hold the end of its directory. */
export const TAIL_BYTES = END_BYTES + LONGEST_COMMENT_BYTES + LOCATOR_BYTES + LARGE_END_BYTES;

/** The extra field with ZIP64's numbers, which stand in for those that are all ones. */
const LARGE_NUMBERS = 1;
const ONES_16 = 0xffff;
const ONES_32 = 0xffffffff;

const IS_ENCRYPTED = 1;

export const STORED = 0;
const DEFLATED = 8;

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  /** CRC-32 of the unpacked bytes. */
  readonly sum: number;
  readonly packedBytes: number;
  /** Unpacked. */
  readonly bytes: number;
  /** Where its own head begins in the archive. */
  readonly place: number;
}

/** Where the directory lies. */
export interface DirectoryPlace {
  readonly start: number;
  readonly bytes: number;
  readonly count: number;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws RangeError where it is larger than any file */
function large(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw new RangeError('it has an endless size');
  return value;
}

/**
 * @param tail the end of the archive, `TAIL_BYTES` of it or all there is
 * @param tailStart where that begins in the archive
 * @throws Error where there is no directory
 */
export function directoryPlace(tail: Uint8Array, tailStart: number): DirectoryPlace {
  const view = viewOf(tail);
  let end = tail.length - END_BYTES;
  while (end >= 0 && view.getUint32(end, true) !== DIRECTORY_END) end--;
  if (end < 0) throw new Error('it has no directory');
  const [count, bytes, start] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const locator = end - LOCATOR_BYTES;
  const isLarge = count === ONES_16 || bytes === ONES_32 || start === ONES_32;
  if (!isLarge || locator < 0 || view.getUint32(locator, true) !== LARGE_LOCATOR) return { start, bytes, count };
  const at = large(view, locator + 8) - tailStart;
  if (!(at >= 0 && at + LARGE_END_BYTES <= tail.length) || view.getUint32(at, true) !== LARGE_DIRECTORY_END)
    throw new Error('its directory is damaged');
  return { start: large(view, at + 48), bytes: large(view, at + 40), count: large(view, at + 32) };
}

/** Those of an entry's numbers that are all ones stand in its extra field, in this order. */
function withLargeNumbers(numbers: readonly number[], extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== LARGE_NUMBERS) continue;
    let next = at + 4;
    return numbers.map((number) => {
      if (number !== ONES_32) return number;
      next += 8;
      return large(view, next - 8);
    });
  }
  return [...numbers];
}

/**
 * @param directory its bytes
 * @throws Error where it is damaged
 */
export function zipEntries(directory: Uint8Array, count: number): ZipEntry[] {
  const view = viewOf(directory);
  if (count * ENTRY_BYTES > directory.length) throw new Error('its directory is damaged');
  const entries: ZipEntry[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) throw new Error('its directory is damaged');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number];
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    const numbers = [24, 20, 42].map((field) => view.getUint32(at + field, true));
    const [bytes = 0, packedBytes = 0, place = 0] = withLargeNumbers(numbers, directory.subarray(nameEnd, nameEnd + extraBytes));
    entries.push({
      // Programs on Windows write backslashes, against the rules of zip.
      name: new TextDecoder().decode(directory.subarray(at + ENTRY_BYTES, nameEnd)).replaceAll('\\', '/'),
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & IS_ENCRYPTED) !== 0,
      sum: view.getUint32(at + 16, true),
      packedBytes,
      bytes,
      place,
    });
    at = nameEnd + extraBytes + commentBytes;
  }
  return entries;
}

/**
 * @param head the first `MEMBER_BYTES` of a member's own head
 * @returns how many bytes stand before its content: its own head says that, which may differ from the directory
 * @throws Error where that is no head, or the content cannot be read
 */
export function contentOffset(head: Uint8Array, { isEncrypted, method, packedBytes, bytes }: ZipEntry): number {
  if (isEncrypted) throw new Error('it is encrypted');
  if (method !== STORED && method !== DEFLATED) throw new Error(`it is packed by method ${method}`);
  if (method === STORED && packedBytes !== bytes) throw new Error('it has two sizes');
  const view = viewOf(head);
  if (head.length < MEMBER_BYTES || view.getUint32(0, true) !== MEMBER) throw new Error('it is not where it should be');
  return MEMBER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}
