/** What a person names on the command line, read from disk. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../src/core/app-error.ts';
import { parseClassNames } from '../../src/formats/class-names.ts';
import type { GivenFile } from '../../src/formats/given-file.ts';
import { asArray, asObject, objectsIn, parseJson } from '../../src/formats/json.ts';
import { parseManifest } from '../../src/formats/manifest.ts';

/** @throws AppError `model-file-missing` naming the file */
async function given(path: string): Promise<GivenFile> {
  try {
    // Copied: small files come as a part of a buffer that they share.
    return { name: basename(path), bytes: new Uint8Array(await readFile(path)) };
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new AppError('model-file-missing', `The file ${path} could not be read (${reason}); please check its name.`, { cause });
  }
}

function textOf({ bytes }: GivenFile): string {
  return new TextDecoder().decode(bytes);
}

/** The manifest beside a model, unless it is about other files: folders collect all kinds of things. */
async function manifestOf(path: string): Promise<GivenFile[]> {
  const manifest = await given(join(dirname(path), 'manifest.json')).catch(() => null);
  if (!manifest) return [];
  const { files } = parseManifest(manifest.name, textOf(manifest));
  return files.length === 0 || files.some((file) => file.path === basename(path)) ? [manifest] : [];
}

/** The model's file; for a tf.js model with its shards, and with the manifest that describes it. */
export async function givenModel(path: string): Promise<GivenFile[]> {
  const model = await given(path);
  if (!/\.json$/i.test(path)) return [model];
  const groups = objectsIn(asObject(parseJson(model.name, textOf(model)))?.weightsManifest);
  const shards = groups.flatMap(({ paths }) => asArray(paths).map((shard) => join(dirname(path), String(shard))));
  return [model, ...(await Promise.all(shards.map(given))), ...(await manifestOf(path))];
}

export async function givenNames(path: string): Promise<string[]> {
  const file = await given(path);
  return parseClassNames(file.name, textOf(file));
}
