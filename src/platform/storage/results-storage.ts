/** A folder of results of the command line, kept in the browser's database until it is deleted, or another one is given. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { SetImage } from '../../protocol/image-set.ts';

const FILES = 'files';

/** What is read may be damaged. */
interface Schema extends DBSchema {
  /** By their paths. */
  [FILES]: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('given-results', 1, { upgrade: (created) => void created.createObjectStore(FILES) }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function put(files: readonly SetImage[], isFirst: boolean): Promise<void> {
  const transaction = (await database()).transaction(FILES, 'readwrite');
  if (isFirst) void transaction.store.clear();
  await Promise.all([...files.map(({ path, file }) => transaction.store.put(file, path)), transaction.done]);
}

/** Replaces whatever results were kept: all of these are, or none. */
export function keepResults(files: readonly SetImage[]): Promise<void> {
  return put(files, true);
}

/** Keeps images as well that came later. */
export function addToResults(files: readonly SetImage[]): Promise<void> {
  return put(files, false);
}

/** Without what is damaged. */
export async function loadResults(): Promise<SetImage[]> {
  const { store, done } = (await database()).transaction(FILES);
  const [paths, files] = await Promise.all([store.getAllKeys(), store.getAll(), done]);
  return paths.flatMap((path, i) => {
    const file = files[i];
    return file instanceof File ? [{ path, file }] : [];
  });
}

export async function clearResults(): Promise<void> {
  await (await database()).clear(FILES);
}
