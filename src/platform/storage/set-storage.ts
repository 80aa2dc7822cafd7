/** A run over a set of images, kept in the browser's database until it is deleted: closing the tab loses nothing. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { SetResult } from '../../metrics/set-result.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { asKeptSet, asSetResult, nameOfDamaged } from './stored-set.ts';

const THE_ONE = 'set';
/** As former versions called it: what they kept is still found. */
const IMAGES = 'pictures';

/** What is read may be of a former version, or damaged. */
interface Schema extends DBSchema {
  set: { key: string; value: unknown };
  [IMAGES]: { key: string; value: unknown };
  results: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('picture-set', 1, {
    upgrade(created) {
      for (const name of ['set', IMAGES, 'results'] as const) created.createObjectStore(name);
    },
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** Replaces whatever set was kept. */
export async function keepSet(set: KeptSet, images: readonly SetImage[]): Promise<void> {
  await clearSet();
  const transaction = (await database()).transaction(['set', IMAGES], 'readwrite');
  const store = transaction.objectStore(IMAGES);
  await Promise.all([
    transaction.objectStore('set').put(set, THE_ONE),
    ...images.map(({ path, file }) => store.put(file, path)),
    transaction.done,
  ]);
}

export async function changeSet(set: KeptSet): Promise<void> {
  await (await database()).put('set', set, THE_ONE);
}

/** What a former visit left of a set. */
interface StoredSet {
  /** Null where there is none, or one that is damaged. */
  readonly set: KeptSet | null;
  readonly results: readonly SetResult[];
  /** What was left out because it is damaged, in one sentence; else empty. */
  readonly remark: string;
}

/** The set in today's form. A result that is damaged is left out, so that its image is measured again. */
export async function loadSet(): Promise<StoredSet> {
  const transaction = (await database()).transaction(['set', 'results']);
  const [stored, found] = await Promise.all([transaction.objectStore('set').get(THE_ONE), transaction.objectStore('results').getAll()]);
  if (stored === undefined) return { set: null, results: [], remark: '' };
  const set = asKeptSet(stored);
  if (!set) {
    const name = nameOfDamaged(stored) ?? 'that was measured';
    return {
      set,
      results: [],
      remark: `What this browser kept of the folder ${name} is damaged and was left out; please give the folder again.`,
    };
  }
  const results = found.flatMap((result) => asSetResult(result) ?? []);
  const damaged = found.length - results.length;
  if (damaged === 0) return { set, results, remark: '' };
  const [which, whose] = damaged === 1 ? ['One result', 'its image'] : [`${damaged} results`, 'their images'];
  return { set, results, remark: `${which} of the folder ${set.name} could not be read, so ${whose} will be measured again.` };
}

export async function imageOfSet(path: string): Promise<File | null> {
  const stored = await (await database()).get(IMAGES, path);
  return stored instanceof File ? stored : null;
}

export async function keepSetResult(result: SetResult): Promise<void> {
  await (await database()).put('results', result, result.path);
}

export async function clearSet(): Promise<void> {
  const transaction = (await database()).transaction(['set', IMAGES, 'results'], 'readwrite');
  await Promise.all([...(['set', IMAGES, 'results'] as const).map((name) => transaction.objectStore(name).clear()), transaction.done]);
}
