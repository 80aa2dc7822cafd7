/** The other files of a model that is several, as its own file names them: who fetches or looks for them knows no formats. */
import type { FileRole } from '../core/models/file-role.ts';
import type { FormatReader } from './format.ts';
import type { GivenFile } from './given-file.ts';
import { FORMATS } from './list.ts';
import { loadPart } from './load-part.ts';

export type NamedParts = NonNullable<FormatReader['parts']>;

/** Null for formats whose models are one file, or two that do not know of each other. */
export async function namedParts({ id }: FileRole): Promise<NamedParts | null> {
  for (const { begins, reader, title } of FORMATS) {
    if (!reader || !begins?.includes(id)) continue;
    const { parts } = await loadPart(reader, `opens ${title}`, () => {});
    if (parts) return parts;
  }
  return null;
}

/**
 * @param open the file that a model begins with
 * @returns paths from the folder that it is in
 * @throws AppError `model-file-broken` naming the file
 */
export async function pathsOfParts(role: FileRole, open: () => Promise<GivenFile>): Promise<readonly string[]> {
  const parts = await namedParts(role);
  return parts ? parts.pathsIn(await open()) : [];
}
