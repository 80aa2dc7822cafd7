/** What a file is, by its first bytes: names lie. */
import { plainRole } from '../core/models/file-role.ts';
import type { FileHead, FileKind } from './format.ts';
import { FORMATS, READABLE } from './list.ts';
import { OTHER_KINDS, SESSION_KIND } from './other-kinds.ts';

/** How much of a file tells what it is, in bytes: HDF5 may begin after this much that belongs to somebody else. */
export const HEAD_BYTES = 1 << 16;

/** How much of it is looked at as a text. */
const TEXT_BYTES = 256;

const KINDS: readonly FileKind[] = [SESSION_KIND, ...FORMATS.flatMap(({ kinds }) => kinds), ...OTHER_KINDS];

const UNKNOWN: FileKind = {
  id: 'unknown',
  role: plainRole('unknown'),
  refusal: `is neither a model nor an image that can be read here; please give ${READABLE}, or a PNG, JPEG, WebP, AVIF, GIF or TIFF`,
};

export function endsIn(name: string, ending: string): boolean {
  return name.toLowerCase().endsWith(`.${ending}`);
}

/**
 * @param name counts only where the bytes say nothing, as those of texts and shards
 * @param bytes the file, or its first `HEAD_BYTES`
 */
export function kindOfFile(name: string, bytes: Uint8Array): FileKind {
  const head: FileHead = { name, bytes, text: new TextDecoder('latin1').decode(bytes.subarray(0, TEXT_BYTES)) };
  return (
    KINDS.find((kind) => kind.isSigned?.(head)) ??
    KINDS.find(({ endings }) => endings?.some((ending) => endsIn(name, ending))) ??
    KINDS.find((kind) => kind.isLike?.(head)) ??
    UNKNOWN
  );
}
