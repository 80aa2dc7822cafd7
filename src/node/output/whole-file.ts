/** Files that are whole or not there: written beside their place, and moved into it. */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { diskCode, writingFault } from '../disk-faults.ts';

/** What keeps results from being printed, in one sentence. */
export function unprintable(cause: unknown): AppError {
  const sentence = `What is printed on standard output could not be written (${writingFault(cause)}); please make room.`;
  return new AppError('output-unwritable', sentence, { cause });
}

/** What keeps something from being written, in one sentence. */
export function unwritable(path: string, cause: unknown): AppError {
  return new AppError(
    'output-unwritable',
    `The file ${path} could not be written (${writingFault(cause)}); please make room, or name another folder, and the same command goes on where it was.`,
    { cause },
  );
}

/** With those that it lies in. Node's own way never ends where a folder that is there takes none (such as /proc). */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    if ((await stat(folder).catch(() => null))?.isDirectory()) return;
    const above = dirname(folder);
    if (diskCode(cause) !== 'ENOENT' || above === folder) throw cause;
    // Others may make the same folders meanwhile.
    await makeFolder(above);
    await mkdir(folder).catch((error: unknown) => {
      if (diskCode(error) !== 'EEXIST') throw error;
    });
  }
}

/** What writes: tests have disks that are full. */
export interface Disk {
  readonly mkdir: (folder: string) => Promise<unknown>;
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>;
  readonly move: (from: string, to: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
}

export const DISK: Disk = {
  mkdir: makeFolder,
  write: (path, content) => writeFile(path, content),
  move: rename,
  remove: (path) => rm(path, { force: true }),
};

/** @throws AppError `output-unwritable`; what was begun is taken away then */
export async function writeWhole(path: string, content: string | Uint8Array, disk: Disk = DISK): Promise<void> {
  const folder = dirname(path);
  const part = join(folder, `.${basename(path)}.part`);
  try {
    await disk.mkdir(folder);
    await disk.write(part, content);
    await disk.move(part, path);
  } catch (cause) {
    await disk.remove(part).catch(() => {});
    throw unwritable(path, cause);
  }
}
