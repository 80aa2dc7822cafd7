/** What a person names on the command line, read from disk, with what belongs to it beside it. */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { arePartners, type FileRole, isCalledNames, isModelRole } from '../../core/models/file-role.ts';
import { HEAD_BYTES, kindOfFile } from '../../formats/file-kind.ts';
import { roleOf } from '../../formats/file-role.ts';
import { type GivenFile, textOf } from '../../formats/given-file.ts';
import { parseJson } from '../../formats/json.ts';
import { type NamedParts, namedParts } from '../../formats/named-parts.ts';
import { parseClassNames } from '../../formats/usage/class-names.ts';
import { parseManifest } from '../../formats/usage/manifest.ts';
import { isTeachableMachine } from '../../formats/usage/metadata.ts';
import { readingFault } from '../disk-faults.ts';

/** A part of a file, or less where it ends. */
async function bytesIn(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function unreadable(name: string, cause: unknown): AppError {
  const { what, remedy } = readingFault(cause);
  return new AppError('model-file-missing', `${name} ${what}; ${remedy}.`, { cause });
}

/** @throws AppError `model-file-missing` naming the file */
async function given(path: string): Promise<GivenFile> {
  const name = basename(path);
  try {
    const { size } = await stat(path);
    const head = await bytesIn(path, 0, Math.min(size, HEAD_BYTES));
    if (kindOfFile(name, head).isReadByRanges)
      return { name, bytes: head, ranges: { size, read: (start, end) => bytesIn(path, start, end) } };
    // Copied: small files come as a part of a buffer that they share.
    return { name, bytes: new Uint8Array(await readFile(path)) };
  } catch (cause) {
    throw unreadable(`The file ${path}`, cause);
  }
}

function roleOfFile({ name, bytes }: GivenFile): FileRole {
  return roleOf(name, bytes);
}

/** The files of a folder whose names are like this. */
async function filesIn(folder: string, isWanted: (name: string) => boolean): Promise<GivenFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(`The folder ${folder}`, cause);
  });
  const names = entries.filter((entry) => entry.isFile() && isWanted(entry.name)).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => given(join(folder, name))));
}

/** A file may be read that lies in a folder whose others may not be listed. */
function beside(path: string, isWanted: (name: string) => boolean): Promise<GivenFile[]> {
  return filesIn(dirname(path), (name) => name !== basename(path) && isWanted(name)).catch(() => []);
}

/** The manifest beside a model, unless it is about other files: folders collect all kinds of things. */
async function manifestOf(path: string): Promise<GivenFile[]> {
  const [manifest] = await beside(path, (name) => name === 'manifest.json');
  if (!manifest) return [];
  const { files } = parseManifest(manifest.name, textOf(manifest));
  return files.length === 0 || files.some((file) => file.path === basename(path)) ? [manifest] : [];
}

/** The other files that a model's own names: where it says, or beside it under a name that became of theirs. */
async function partsOf(path: string, model: GivenFile, { pathsIn, isLike }: NamedParts): Promise<GivenFile[]> {
  const paths = pathsIn(model);
  const there = await Promise.all(paths.map((part) => given(join(dirname(path), part)).catch(() => null)));
  const others = paths.filter((_, i) => there[i] === null);
  const renamed = await beside(path, (name) => others.some((part) => isLike(name, part)));
  return [...there.filter((file) => file !== null), ...renamed];
}

/**
 * `fer` for `fer.json`, `fer.h5`, `fer.weights.h5` and `fer_weights.h5`; the parts of an unpacked `.keras` are called as Keras calls them.
 */
function stemOf(name: string): string {
  const stem = name.replace(/([._-]?weights)?\.(json|h5|hdf5|keras|index)$/i, '');
  return stem === 'config' ? 'model' : stem;
}

/** What the hub's libraries say of weights that lie beside it. */
async function describedBeside(path: string): Promise<GivenFile[]> {
  const found = await beside(path, (name) => name === 'config.json' || name === 'preprocessor_config.json');
  return found.filter((file) => roleOfFile(file).use === 'metadata');
}

async function partnerOf(path: string, role: FileRole): Promise<GivenFile[]> {
  const { isNetworkOnly } = role;
  const ending = isNetworkOnly ? /\.(h5|hdf5|index)$/i : /\.json$/i;
  const alike = await beside(path, (name) => ending.test(name) && stemOf(name) === stemOf(basename(path)));
  const found = alike.filter((file) => arePartners(role, roleOfFile(file)));
  const weights = found.length > 0 || !isNetworkOnly ? found : await beside(path, (name) => ending.test(name));
  const shards = await Promise.all(weights.map((file) => partsBeside(join(dirname(path), file.name), file)));
  return [...weights, ...shards.flat()];
}

/** Of weights that are several files, the others. */
async function partsBeside(path: string, file: GivenFile): Promise<GivenFile[]> {
  const role = roleOfFile(file);
  const parts = role.parts && (await namedParts(role));
  return parts ? partsOf(path, file, parts) : [];
}

/** The network of a checkpoint: by its name, else the only one beside it in JSON. */
async function networkOf(path: string, role: FileRole): Promise<GivenFile[]> {
  const isNetwork = (file: GivenFile) => arePartners(role, roleOfFile(file));
  const alike = await beside(path, (name) => /\.(json|keras|h5|hdf5)$/i.test(name) && stemOf(name) === stemOf(basename(path)));
  const [named] = alike.filter(isNetwork);
  if (named) return [named];
  const inJson = (await beside(path, (name) => /\.json$/i.test(name))).filter(isNetwork);
  return inJson.length === 1 ? inJson : [];
}

/** What lies beside a model whose weights are in a folder of their own: that folder, and its other parts. */
async function withFolder(path: string, { parts = [], folder = '' }: FileRole): Promise<GivenFile[]> {
  const alike = await beside(path, (name) => extname(name).toLowerCase() === extname(path).toLowerCase());
  const noted = alike.filter((file) => parts.includes(roleOfFile(file).id));
  const weights = await filesIn(join(dirname(path), folder), (name) => name.startsWith(`${folder}.`)).catch(() => []);
  return [...noted, ...weights];
}

/** What Keras or Teachable Machine say of the model that lies beside it. */
async function metadataOf(path: string): Promise<GivenFile[]> {
  const found = await beside(path, (name) => name === 'metadata.json');
  return found.filter((file) => roleOfFile(file).use === 'metadata');
}

/** Everything in a folder that a model may consist of. */
async function inFolder(path: string): Promise<GivenFile[]> {
  const files = (await filesIn(path, (name) => !name.startsWith('.'))).map((file) => ({ file, role: roleOfFile(file) }));
  if (!files.some(({ role }) => isModelRole(role)))
    throw new AppError('model-file-missing', `The folder ${path} holds no model; please name the file of one.`);
  const belongs = files.filter(({ file, role }) => {
    const isNames = role.use === 'names' && isCalledNames(file.name);
    return isModelRole(role) || isNames || role.use === 'part' || role.use === 'metadata' || role.use === 'manifest';
  });
  const graph = belongs.find(({ role }) => role.folder !== undefined);
  const others = graph ? await withFolder(join(path, graph.file.name), graph.role) : [];
  const names = new Set(belongs.map(({ file }) => file.name));
  return [...belongs.map(({ file }) => file), ...others.filter(({ name }) => !names.has(name))];
}

/** The model's file, or a folder's; with the shards, the weights or the network, and the descriptions that belong to it. */
export async function givenModel(path: string): Promise<GivenFile[]> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (isFolder) return inFolder(path);
  const model = await given(path);
  const role = roleOfFile(model);
  if (role.folder !== undefined) return [model, ...(await withFolder(path, role))];
  if (role.parts && role.partners) return [model, ...(await partsBeside(path, model)), ...(await networkOf(path, role))];
  if (role.isNetworkOnly) return [model, ...(await partnerOf(path, role)), ...(await metadataOf(path))];
  if (role.partners && !role.parts) {
    const network = await partnerOf(path, role);
    return [model, ...network, ...(network.length > 0 ? await metadataOf(path) : [])];
  }
  const parts = role.parts && (await namedParts(role));
  const described = await describedBeside(path);
  if (!parts) return [model, ...described];
  const metadata = await metadataOf(path);
  const machine = metadata.filter((file) => isTeachableMachine(parseJson(file.name, textOf(file))));
  return [model, ...(await partsOf(path, model, parts)), ...(await manifestOf(path)), ...machine, ...described];
}

export async function givenNames(path: string): Promise<string[]> {
  const file = await given(path);
  return parseClassNames(file.name, textOf(file));
}
