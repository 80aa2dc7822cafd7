/**
 * Where test data lies that was made elsewhere: in tools/fixtures what was made for this project, in ../shared beside the repository what
 * may not be published with it, or is too large. Both have the same folders.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A file or folder of the repository's own. @throws Error where it is missing: that is a fault, and no reason to skip a test */
export function fixture(path: string): string {
  const found = join(ROOT, 'tools/fixtures', path);
  if (!existsSync(found)) throw new Error(`tools/fixtures/${path} is missing, which is part of the repository.`);
  return found;
}

export interface SharedData {
  readonly path: string;
  /** Tests that need it are skipped where it is not. */
  readonly isThere: boolean;
}

/**
 * A file or folder from ../shared. Where it is missing, that is said aloud.
 * @param untested what goes without a test then, as the end of a sentence
 */
export function sharedData(path: string, untested: string): SharedData {
  const found = join(ROOT, '../shared', path);
  const isThere = existsSync(found);
  if (!isThere) console.warn(`SKIPPED: ../shared/${path} is not there, so ${untested}.`);
  return { path: found, isThere };
}
