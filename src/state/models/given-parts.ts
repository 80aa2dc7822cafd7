/** The files of a model as a person gave them: what the model is called after, and what tells it from others. */
import { isModelRole, type RoledFile } from '../../core/models/file-role.ts';
import type { ModelCard } from '../../core/models/model-card.ts';

export type Part = RoledFile<File>;

/** The file that a model is called after: the one with the network in it, not its weights, nor what goes with it. */
export function mainName(parts: readonly Part[]): string {
  const named = parts.filter(({ role }) => isModelRole(role));
  const network = named.find(({ role }) => role.isNetworkOnly) ?? named[0] ?? parts[0];
  return network?.file.name ?? '';
}

/** What tells the same files from others without reading them. */
export function originOfFiles(parts: readonly Part[]): string {
  const own = parts.filter(({ role }) => role.use !== 'names');
  return JSON.stringify(own.map(({ file: { name, size, lastModified } }) => [name, size, lastModified]).sort());
}

/** `flowers` for `flowers.weights.h5` and `flowers.safetensors.index.json`, as it may stand in a URL. */
export function slugOf(name: string): string {
  const stem = name.replace(/(\.weights\.\w+|\.\w+\.index\.json|\.\w+)$/i, '').toLowerCase();
  return stem.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'model';
}

/** `https://host/flowers/model.json` is called after its folder. */
export function nameAtUrl(url: string, parts: readonly Part[]): string {
  const path = new URL(url).pathname.split('/').filter(Boolean);
  const isInFolder = path.length > 1 && /^model\.json$/i.test(path.at(-1) ?? '');
  return isInFolder ? `${path.at(-2)}.json` : mainName(parts);
}

/** What was found out by files of the same name and date is not taken for what these would find. */
export function withoutRevision({ revision: _former, ...card }: ModelCard): ModelCard {
  return card;
}

/** A file given again takes the place of the one that waits: of two shards with one name nobody could tell which is meant. */
export function withoutNamesakes(waiting: readonly Part[], given: readonly Part[]): Part[] {
  return waiting.filter(({ file }) => !given.some((newer) => newer.file.name === file.name));
}
