import type { ZipArchive } from '../archive/zip-archive.ts';

/** What Keras calls the members of `.keras`. */
export const MEMBERS = { config: 'config.json', metadata: 'metadata.json', weights: 'model.weights.h5' } as const;

/** What Keras wrote, and no other archive with a model in it; where it is called so, a part of it is enough. */
export function isKerasArchive(archive: ZipArchive, isCalledSo: boolean): boolean {
  const has = (name: string) => archive.named(name).length > 0;
  return isCalledSo ? has(MEMBERS.config) || has(MEMBERS.weights) : has(MEMBERS.config) && has(MEMBERS.weights);
}
