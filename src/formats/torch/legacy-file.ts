/**
 * What torch wrote before its zip archives, and writes when it is told to: five pickles one after the other (a mark, a version, the
 * system, what was saved, and the keys of its storages), then every storage, its number of elements before it.
 */
import type { ByteRanges } from '../given-file.ts';
import { bytesOfTorch } from './element-types.ts';
import { persistentValue } from './persistent-id.ts';
import { knownCall } from './pickle/known-calls.ts';
import { readPickle } from './pickle/pickle.ts';
import { PickleEnds, PickleFault, PickleStorage, type PickleValue } from './pickle/pickle-values.ts';
import type { Checkpoint, Storages } from './storages.ts';

const MARK = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
const COUNT_BYTES = 8;

interface Place {
  readonly start: number;
  readonly count: number;
  readonly elementBytes: number;
}

interface LegacyContent {
  readonly root: PickleValue;
  readonly places: ReadonlyMap<string, Place>;
}

/** @throws PickleEnds where there are more bytes than these */
function parseLegacy(bytes: Uint8Array, onStep: () => void): LegacyContent {
  const storages = new Map<string, PickleStorage>();
  const persistent = (id: PickleValue) => {
    const value = persistentValue(id);
    if (value instanceof PickleStorage) storages.set(value.key, value);
    return value;
  };
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, at, { call: knownCall, persistent, onStep });
    at = end;
    return value;
  };
  if (next() !== MARK) throw new PickleFault('it does not begin as torch’s files do');
  if (next() !== VERSION) throw new PickleFault('it is of a version that is not known');
  next();
  const root = next();
  const keys = next();
  if (!Array.isArray(keys)) throw new PickleFault('the list of its storages is missing');
  return { root, places: placesOf(keys, storages, at) };
}

function placesOf(keys: readonly PickleValue[], storages: ReadonlyMap<string, PickleStorage>, start: number): Map<string, Place> {
  const places = new Map<string, Place>();
  let at = start;
  for (const key of keys) {
    const { kind = '', count = null } = storages.get(String(key)) ?? {};
    const elementBytes = bytesOfTorch(kind);
    if (elementBytes === null || typeof count !== 'number' || !(count >= 0)) throw new PickleFault('one of its storages is not described');
    places.set(String(key), { start: at, count, elementBytes });
    at += COUNT_BYTES + count * elementBytes;
  }
  return places;
}

class LegacyStorages implements Storages {
  /** Whatever it was written on. */
  readonly isBigEndian = false;
  readonly fileBytes: number;
  readonly #ranges: ByteRanges;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(ranges: ByteRanges, places: ReadonlyMap<string, Place>) {
    this.#ranges = ranges;
    this.#places = places;
    this.fileBytes = ranges.size;
  }

  placeOf({ key }: PickleStorage): number {
    return this.#places.get(key)?.start ?? 0;
  }

  async read({ key }: PickleStorage, start: number, end: number): Promise<Uint8Array> {
    const place = this.#places.get(key);
    if (!place) throw new Error('its storage is not there');
    if (end > place.count * place.elementBytes) throw new Error('its storage is too short');
    const head = await this.#ranges.read(place.start, place.start + COUNT_BYTES);
    const count = Number(new DataView(head.buffer, head.byteOffset, COUNT_BYTES).getBigInt64(0, true));
    if (count !== place.count) throw new Error('its storage has another length than the file says of it');
    const content = place.start + COUNT_BYTES;
    return this.#ranges.read(content + start, content + end);
  }
}

/** So much of a file is tried first; where its pickles are longer, four times as much, and so on. */
const FIRST_BYTES = 1 << 20;
const GROWTH = 4;

/** Of pickles with all numbers in them. */
const MAX_PICKLE_BYTES = 5e8;

/** @param parse throws PickleEnds where it needs more of the file */
async function growing<Content>(ranges: ByteRanges, parse: (bytes: Uint8Array) => Content): Promise<Content> {
  for (let length = FIRST_BYTES; ; length *= GROWTH) {
    const bytes = (await ranges.read(0, Math.min(length, ranges.size))).slice();
    try {
      return parse(bytes);
    } catch (fault) {
      if (!(fault instanceof PickleEnds) || length >= ranges.size) throw fault;
      if (length > MAX_PICKLE_BYTES) throw new PickleFault('what it describes is too long');
    }
  }
}

/** @throws Error saying what is wrong, as it stands in brackets within a sentence */
export async function openLegacyTorch(ranges: ByteRanges, onStep: () => void): Promise<Checkpoint> {
  const { root, places } = await growing(ranges, (bytes) => parseLegacy(bytes, onStep));
  return { root, storages: new LegacyStorages(ranges, places) };
}

/** A pickle alone, with its numbers in it: NumPy's arrays, or torch's tensors as `pickle.dump` writes them. */
export async function openPickle(ranges: ByteRanges, onStep: () => void): Promise<Checkpoint> {
  const persistent = () => {
    throw new PickleFault('it refers to something beside it');
  };
  const { value } = await growing(ranges, (bytes) => readPickle(bytes, 0, { call: knownCall, persistent, onStep }));
  return { root: value, storages: new LegacyStorages(ranges, new Map()) };
}
