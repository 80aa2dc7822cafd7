/** The models that a person gave, kept in the browser's database with their files until they are removed. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { KeptModel } from '../core/models/model-card.ts';

interface Schema extends DBSchema {
  models: { key: string; value: KeptModel };
  files: { key: string; value: readonly File[] };
}

/** Private windows may refuse a database: then every call is refused too. */
function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>('opened-models', 1, {
    upgrade(database) {
      database.createObjectStore('models');
      database.createObjectStore('files');
    },
  });
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= open().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

export async function listKeptModels(): Promise<readonly KeptModel[]> {
  return (await database()).getAll('models');
}

/** What is kept under the same id is replaced. Both are there afterwards, or neither. */
export async function keepModel(model: KeptModel, files: readonly File[]): Promise<void> {
  const { id } = model.card;
  // Without it, a browser short of room may throw everything away.
  await navigator.storage?.persist?.().catch(() => false);
  const transaction = (await database()).transaction(['models', 'files'], 'readwrite');
  await Promise.all([transaction.objectStore('models').put(model, id), transaction.objectStore('files').put(files, id), transaction.done]);
}

export async function changeKeptModel(model: KeptModel): Promise<void> {
  await (await database()).put('models', model, model.card.id);
}

export async function filesOfKeptModel(id: string): Promise<readonly File[] | null> {
  return (await (await database()).get('files', id)) ?? null;
}

export async function removeKeptModel(id: string): Promise<void> {
  const transaction = (await database()).transaction(['models', 'files'], 'readwrite');
  await Promise.all([transaction.objectStore('models').delete(id), transaction.objectStore('files').delete(id), transaction.done]);
}
