/** Reads a model's folder from disk, for tools and tests in Node. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSource } from '../../protocol/engine.ts';

/** The files of a folder such as `public/models/<name>`, as the app takes them from a person. */
export async function modelFolder(folder: string, id: string): Promise<Extract<ModelSource, { kind: 'files' }>> {
  const names = (await readdir(folder)).filter((name) => /\.(json|bin)$/.test(name));
  const files = await Promise.all(names.map(async (name) => new File([await readFile(join(folder, name))], name)));
  return { kind: 'files', id, files, input: null, output: null };
}
