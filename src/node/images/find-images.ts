/** Which images are meant: files, folders with everything below them, patterns, or a list on standard input. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { AppError } from '../../core/app-error.ts';
import { isAbsent, readingFault } from '../disk-faults.ts';

export interface FoundImage {
  /** From the folder that all images lie in, its own name in front, with slashes: as the page names the images of a folder. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly file: string;
}

export interface FoundImages {
  /** The name of the folder that all of them lie in. */
  readonly name: string;
  /** Each once, sorted by path. */
  readonly images: readonly FoundImage[];
}

/** What stands for a list on standard input. */
const STANDARD_INPUT = '-';

const ENDING = /\.(png|jpe?g|webp|avif|gif|tiff?)$/i;

/** What systems leave behind in folders. */
function isLeftover(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

function unreadable(name: string, cause: unknown): AppError {
  const { what, remedy } = readingFault(cause);
  return new AppError('image-unreadable', `${name} ${what}; ${remedy}.`, { cause });
}

/**
 * All images in a folder and below it, by their endings; a linked folder is one.
 *
 * @param above the folders that it lies in: a link back to one of them is not followed
 * @throws AppError `image-unreadable` where it, or a folder in it, cannot be read
 */
async function imagesIn(folder: string, above: readonly string[] = []): Promise<string[]> {
  try {
    const here = await realpath(folder);
    if (above.includes(here)) return [];
    const images: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (isLeftover(entry.name)) continue;
      // A link that leads nowhere is an image that cannot be read.
      const isLinked = entry.isSymbolicLink() && (await stat(path).catch(() => null))?.isDirectory();
      if (entry.isDirectory() || isLinked) images.push(...(await imagesIn(path, [...above, here])));
      else if (ENDING.test(entry.name)) images.push(path);
    }
    return images;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreadable(`The folder ${folder}`, cause);
  }
}

/** @throws AppError where a folder holds none */
function someOf(folder: string, images: readonly string[]): readonly string[] {
  if (images.length > 0) return images;
  throw new AppError(
    'image-unreadable',
    `There are no images in ${folder}; please name a folder with PNG, JPEG, WebP, AVIF, GIF or TIFF files.`,
  );
}

/** @returns null for what is not there */
async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const entry = await stat(path).catch((cause: unknown) => {
    if (isAbsent(cause)) return null;
    throw unreadable(`The image or folder ${path}`, cause);
  });
  return entry && (entry.isDirectory() ? 'folder' : 'file');
}

interface Named {
  /** The folder that was named; that of a file that was. */
  readonly folder: string;
  readonly files: readonly string[];
}

/** What one argument means: a name that is there is meant as it stands, whatever characters are in it. */
async function named(argument: string): Promise<Named[]> {
  const kind = await kindOf(argument);
  if (kind === 'folder') return [{ folder: argument, files: someOf(argument, await imagesIn(argument)) }];
  if (kind === 'file') return [{ folder: dirname(argument), files: [argument] }];
  if (!isDynamicPattern(argument))
    throw new AppError('image-unreadable', `The image or folder ${argument} is not there; please check its name.`);
  const pattern = sep === '\\' ? argument.replaceAll(sep, '/') : argument;
  const matches = await glob(pattern, { absolute: true, expandDirectories: false });
  if (matches.length === 0)
    throw new AppError('image-unreadable', `No image is called like ${argument}; please check the pattern, and that it is quoted.`);
  return matches.map((file) => ({ folder: dirname(file), files: [file] }));
}

/** A list's line is a file, or a folder; one that is not there becomes a line of the results, as an image that cannot be read. */
async function listed(line: string): Promise<Named> {
  const isFolder = (await kindOf(line).catch(() => null)) === 'folder';
  return isFolder ? { folder: line, files: await imagesIn(line) } : { folder: dirname(line), files: [line] };
}

/** A path on each line; or each ended by a zero, as of `find -print0`, so that there may be line breaks in it. */
function linesOf(list: string): string[] {
  // Windows puts a mark in front of text.
  const text = list.replace(/^\uFEFF/, '');
  return text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((line) => line.trim() !== '');
}

/** The folder that all of these lie in. */
function commonFolder(folders: readonly string[]): string {
  const [first = '.', ...others] = folders.map((folder) => resolve(folder));
  let common = first;
  for (const other of others) {
    while (common !== dirname(common) && other !== common && !other.startsWith(common.endsWith(sep) ? common : `${common}${sep}`))
      common = dirname(common);
  }
  return common;
}

/**
 * @param readList what stands on standard input
 * @param out the folder of the results, which may lie among the images: overlays are none of them
 * @throws AppError `image-unreadable` where an argument names nothing, or nothing that can be read
 */
export async function findImages(given: readonly string[], readList: () => Promise<string>, out: string | null): Promise<FoundImages> {
  const found: Named[] = [];
  for (const argument of given) {
    if (argument !== STANDARD_INPUT) found.push(...(await named(argument)));
    else for (const line of linesOf(await readList())) found.push(await listed(line));
  }
  const root = commonFolder(found.map(({ folder }) => folder));
  const name = basename(root);
  const isResult = (file: string) => out !== null && file.startsWith(`${resolve(out)}${sep}`);
  const files = new Set(found.flatMap((one) => one.files.map((file) => resolve(file))).filter((file) => !isResult(file)));
  if (files.size === 0) throw new AppError('image-unreadable', 'No images were named; please name files or folders with images.');
  const pathOf = (file: string) => [...(name === '' ? [] : [name]), ...relative(root, file).split(sep)].join('/');
  const images = [...files].map((file) => ({ path: pathOf(file), file }));
  return { name: name || 'images', images: images.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
