/** The person's own images, kept in the browser's database until they are removed, with what was found out about them. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { workKey } from '../../explain/work.ts';
import type { Arrangement, Finder, KeptFinding, KeptImage } from '../../protocol/kept-image.ts';
import { asArrangement, asKeptFinding, asKeptImage, nameOfDamagedImage } from './stored-image.ts';

const THE_ONE = 'arrangement';
/** Findings beyond this are dropped, those kept longest ago first. */
const MAX_BYTES = 32_000_000;

interface FindingRecord extends Finder {
  readonly imageId: string;
  readonly keptAt: number;
  readonly bytes: number;
  readonly finding: KeptFinding;
}

/** What is read may be damaged: only what keys and indexes are made of is sure to be there. */
interface Schema extends DBSchema {
  images: { key: string; value: unknown };
  arrangement: { key: string; value: unknown };
  findings: {
    key: string;
    value: FindingRecord;
    indexes: { finder: [string, string]; image: string; age: [number, number]; version: string };
  };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('kept-images', 1, {
    upgrade(created) {
      created.createObjectStore('images');
      created.createObjectStore('arrangement');
      const findings = created.createObjectStore('findings');
      findings.createIndex('finder', ['version', 'network']);
      findings.createIndex('image', 'imageId');
      findings.createIndex('age', ['keptAt', 'bytes']);
      findings.createIndex('version', 'version');
    },
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

function remarkOn(damaged: readonly string[]): string {
  if (damaged.length === 0) return '';
  const [what, them] = damaged.length === 1 ? ['image', 'it'] : ['images', 'them'];
  return `What this browser kept of the ${what} ${damaged.join(', ')} is damaged and was left out; please give ${them} again.`;
}

/** All images, in no order. What is damaged is said once, and thrown away: it would never be of use. */
export async function loadImages(): Promise<{
  readonly images: readonly KeptImage[];
  readonly arrangement: Arrangement | null;
  readonly remark: string;
}> {
  const transaction = (await database()).transaction(['images', 'arrangement', 'findings'], 'readwrite');
  const store = transaction.objectStore('images');
  const [ids, stored, arrangement] = await Promise.all([
    store.getAllKeys(),
    store.getAll(),
    transaction.objectStore('arrangement').get(THE_ONE),
  ]);
  const images: KeptImage[] = [];
  const damaged: string[] = [];
  for (const [i, id] of ids.entries()) {
    const image = asKeptImage(stored[i]);
    if (image?.id === id) images.push(image);
    else {
      damaged.push(nameOfDamagedImage(stored[i]) ?? 'that has no name');
      await store.delete(id);
    }
  }
  // What was being written while its image was removed.
  const findings = transaction.objectStore('findings');
  for (let cursor = await findings.index('image').openKeyCursor(); cursor; cursor = await cursor.continue()) {
    const { key, primaryKey } = cursor;
    if (!images.some(({ id }) => id === key)) await findings.delete(primaryKey);
  }
  await transaction.done;
  return { images, arrangement: asArrangement(arrangement), remark: remarkOn(damaged) };
}

export async function keepImage(image: KeptImage): Promise<void> {
  // Without it, a browser short of room may throw everything away.
  await navigator.storage?.persist?.().catch(() => false);
  await (await database()).put('images', image, image.id);
}

/** With what was found out about it. */
export async function removeImage(id: string): Promise<void> {
  const transaction = (await database()).transaction(['images', 'findings'], 'readwrite');
  const findings = transaction.objectStore('findings');
  const keys = await findings.index('image').getAllKeys(id);
  await Promise.all([transaction.objectStore('images').delete(id), ...keys.map((key) => findings.delete(key)), transaction.done]);
}

export async function arrangeImages(arrangement: Arrangement): Promise<void> {
  await (await database()).put('arrangement', arrangement, THE_ONE);
}

/** Forgets all images, and what was found out about them. */
export async function clearImages(): Promise<void> {
  const transaction = (await database()).transaction(['images', 'findings'], 'readwrite');
  await Promise.all([transaction.objectStore('images').clear(), transaction.objectStore('findings').clear(), transaction.done]);
}

/** Of the arrays that it holds. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesOf(part), 0);
}

function keyOf({ version, network }: Finder, finding: KeptFinding): string {
  const what = finding.kind === 'logits' ? null : [finding.layer, workKey(finding.work)];
  return JSON.stringify([version, network, finding.imageId, what]);
}

export async function keepFindings(finder: Finder, findings: readonly KeptFinding[]): Promise<void> {
  const transaction = (await database()).transaction('findings', 'readwrite');
  const keptAt = Date.now();
  for (const finding of findings) {
    const record = { ...finder, imageId: finding.imageId, keptAt, bytes: bytesOf(finding), finding };
    void transaction.store.put(record, keyOf(finder, finding));
  }
  // Newest first; the index itself says how large they are.
  let bytes = 0;
  for (let cursor = await transaction.store.index('age').openKeyCursor(null, 'prev'); cursor; cursor = await cursor.continue()) {
    bytes += cursor.key[1];
    if (bytes > MAX_BYTES) void transaction.store.delete(cursor.primaryKey);
  }
  await transaction.done;
}

/** What was found out by the same network, in the same version. What another version found out is thrown away. */
export async function findingsOf({ version, network }: Finder): Promise<readonly KeptFinding[]> {
  const transaction = (await database()).transaction('findings', 'readwrite');
  const versions = transaction.store.index('version');
  const others = [IDBKeyRange.upperBound(version, true), IDBKeyRange.lowerBound(version, true)];
  const stale = await Promise.all(others.map((range) => versions.getAllKeys(range)));
  for (const key of stale.flat()) void transaction.store.delete(key);
  const found = await transaction.store.index('finder').getAll([version, network]);
  await transaction.done;
  return found.flatMap(({ finding }) => asKeptFinding(finding) ?? []);
}
