/** The files that a person gave. */
export interface GivenFile {
  readonly name: string;
  /** The whole file; where `ranges` are there, its beginning. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of a file that is only read where it must be, because of its kind (`isReadByRanges`). */
  readonly ranges?: ByteRanges;
  /** The zip archive that it was unpacked from. */
  readonly archive?: string;
}

/** A file that is read a part at a time, wherever it lies. */
export interface ByteRanges {
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** @throws Error where the file does not reach so far, or cannot be read */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The file's parts, which are all in memory unless it says otherwise. */
export function rangesOf({ bytes, ranges }: GivenFile): ByteRanges {
  return ranges ?? { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

/** All of its bytes, also of one that is only read where it must be. */
export async function wholeOf({ bytes, ranges }: GivenFile): Promise<ArrayBuffer> {
  return ranges ? (await ranges.read(0, ranges.size)).slice().buffer : bytes.buffer;
}

/** What errors call it. */
export function labelOf({ name, archive }: GivenFile): string {
  return archive === undefined ? name : `${name} in ${archive}`;
}

/** A path's last part. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

export function textOf({ bytes }: GivenFile): string {
  return new TextDecoder().decode(bytes);
}

/** `a`, `a and b`, `a, b and c`; of many only the first few. */
export function listed(names: readonly string[]): string {
  const MOST = 6;
  if (names.length > MOST) return `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
