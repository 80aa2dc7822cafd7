/** A model that was fetched or converted, before and while it is written into a folder. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { sha256 } from '../../formats/sha256.ts';
import type { WrittenFile } from '../../formats/tfjs/layers-model-writer.ts';
import { makeFolder } from '../output/whole-file.ts';

export interface WrittenModel {
  /** `model.json` and its shards: what the page loads. */
  readonly files: readonly WrittenFile[];
  /** What must lie beside it but is not loaded, such as a licence. */
  readonly besides: readonly WrittenFile[];
  /** The manifest without the list of files, which follows from them. */
  readonly card: Omit<ModelManifest, 'files'>;
}

/** How tf.js names shards. How many there are is a part of it, so those of a former model would lie beside the new ones. */
const SHARD = /^group\d+-shard\d+of\d+\.bin$/;

/** Writes the model with its manifest. A former model is replaced; whatever else is in the folder stays. */
export async function writeModel(folder: string, { files, besides, card }: WrittenModel): Promise<void> {
  const manifest: ModelManifest = {
    ...card,
    files: await Promise.all(
      files.map(async ({ path, bytes }) => ({ path, bytes: bytes.byteLength, sha256: await sha256(bytes.slice().buffer) })),
    ),
  };
  await makeFolder(folder);
  const former = (await readdir(folder)).filter((name) => name === 'manifest.json' || SHARD.test(name));
  for (const name of former) await rm(join(folder, name));
  for (const { path, bytes } of [...files, ...besides]) await writeFile(join(folder, path), bytes);
  // Removed first and written last: a folder with a manifest is a whole model to everybody else.
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
