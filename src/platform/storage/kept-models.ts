/** The models that a person gave, kept in the browser's database with their files until they are removed. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { KeptModel } from '../../core/models/model-card.ts';
import { asFiles, asKeptModel, titleOfDamaged } from './stored-model.ts';

/** What is read may be of a former version, or damaged. */
interface Schema extends DBSchema {
  models: { key: string; value: unknown };
  files: { key: string; value: unknown };
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

/**
 * All models, in today's form. What is damaged is left out, and stays in the database until a model is kept under its id.
 *
 * @returns `remark`: what was left out, in one sentence; empty where nothing was
 */
export async function listKeptModels(): Promise<{ readonly models: readonly KeptModel[]; readonly remark: string }> {
  const transaction = (await database()).transaction('models');
  const [ids, stored] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
  const models: KeptModel[] = [];
  const damaged: string[] = [];
  for (const [i, id] of ids.entries()) {
    const model = asKeptModel(stored[i]);
    if (model?.card.id === id) models.push(model);
    else damaged.push(titleOfDamaged(stored[i], id));
  }
  return { models, remark: remarkOn(damaged) };
}

function remarkOn(damaged: readonly string[]): string {
  if (damaged.length === 0) return '';
  const [what, whose] = damaged.length === 1 ? ['model', 'its'] : ['models', 'their'];
  return `What this browser kept of the ${what} ${damaged.join(', ')} is damaged and was left out; please open ${whose} files again.`;
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
  return asFiles(await (await database()).get('files', id));
}

export async function removeKeptModel(id: string): Promise<void> {
  const transaction = (await database()).transaction(['models', 'files'], 'readwrite');
  await Promise.all([transaction.objectStore('models').delete(id), transaction.objectStore('files').delete(id), transaction.done]);
}
