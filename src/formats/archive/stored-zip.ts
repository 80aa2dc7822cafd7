/** A zip archive in which nothing is packed: its files are parts of it, and are not read before somebody wants them. */
import { crc32 } from './zip.ts';
import { contentOffset, directoryPlace, MEMBER_BYTES, STORED, TAIL_BYTES, type ZipEntry, zipEntries } from './zip-directory.ts';

/** More than any list of files that is meant well. */
const MAX_DIRECTORY_BYTES = 64e6;

export interface StoredFile {
  /** Unchecked. */
  readonly content: Blob;
  /** @throws Error where a bit has turned over */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

async function bytesOf(archive: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!(start >= 0 && end >= start && end <= archive.size)) throw new Error('it is cut short');
  return new Uint8Array(await archive.slice(start, end).arrayBuffer());
}

async function fileOf(archive: Blob, entry: ZipEntry): Promise<StoredFile> {
  if (entry.method !== STORED) throw new Error('it was packed again');
  const start = entry.place + contentOffset(await bytesOf(archive, entry.place, entry.place + MEMBER_BYTES), entry);
  const end = start + entry.bytes;
  if (end > archive.size) throw new Error('it is cut short');
  return {
    content: archive.slice(start, end),
    async read() {
      const content = await bytesOf(archive, start, end);
      if (crc32(content) !== entry.sum) throw new Error('a check sum is wrong');
      return content;
    },
  };
}

/**
 * The files by their names.
 *
 * @throws Error where the archive is damaged, cut short, or packed
 */
export async function storedFiles(archive: Blob): Promise<Map<string, StoredFile>> {
  const tailStart = Math.max(0, archive.size - TAIL_BYTES);
  const { start, bytes, count } = directoryPlace(await bytesOf(archive, tailStart, archive.size), tailStart);
  if (bytes > MAX_DIRECTORY_BYTES) throw new Error('its directory is damaged');
  const entries = zipEntries(await bytesOf(archive, start, start + bytes), count);
  const files = new Map<string, StoredFile>();
  for (const entry of entries) files.set(entry.name, await fileOf(archive, entry));
  return files;
}
