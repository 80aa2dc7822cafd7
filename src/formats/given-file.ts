/** The files that a person gave, in memory. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The zip archive that it was unpacked from. */
  readonly archive?: string;
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
