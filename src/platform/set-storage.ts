/** A run over a set of pictures, kept in the browser's database until it is thrown away: closing the tab loses nothing. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { SetResult } from '../metrics/set-result.ts';
import type { KeptSet } from '../protocol/kept-set.ts';
import type { SetPicture } from '../protocol/picture-set.ts';

const THE_ONE = 'set';

interface Schema extends DBSchema {
  set: { key: string; value: KeptSet };
  pictures: { key: string; value: File };
  results: { key: string; value: SetResult };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('picture-set', 1, {
    upgrade(created) {
      for (const name of ['set', 'pictures', 'results'] as const) created.createObjectStore(name);
    },
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** Replaces whatever set was kept. */
export async function keepSet(set: KeptSet, pictures: readonly SetPicture[]): Promise<void> {
  await clearSet();
  const transaction = (await database()).transaction(['set', 'pictures'], 'readwrite');
  const store = transaction.objectStore('pictures');
  await Promise.all([
    transaction.objectStore('set').put(set, THE_ONE),
    ...pictures.map(({ path, file }) => store.put(file, path)),
    transaction.done,
  ]);
}

export async function changeSet(set: KeptSet): Promise<void> {
  await (await database()).put('set', set, THE_ONE);
}

export async function loadSet(): Promise<{ readonly set: KeptSet; readonly results: readonly SetResult[] } | null> {
  const set = await (await database()).get('set', THE_ONE);
  return set ? { set, results: await (await database()).getAll('results') } : null;
}

export async function pictureOfSet(path: string): Promise<File | null> {
  return (await (await database()).get('pictures', path)) ?? null;
}

export async function keepSetResult(result: SetResult): Promise<void> {
  await (await database()).put('results', result, result.path);
}

export async function clearSet(): Promise<void> {
  const transaction = (await database()).transaction(['set', 'pictures', 'results'], 'readwrite');
  await Promise.all([...(['set', 'pictures', 'results'] as const).map((name) => transaction.objectStore(name).clear()), transaction.done]);
}
