/**
 * torch's zip archives: `<name>/data.pkl`, and every storage as a member of its own, `<name>/data/<key>`, stored as it is.
 * Only what is wanted of them is read.
 */
import type { BufferedRanges } from '../archive/buffered-ranges.ts';
import { crc32, inflated } from '../archive/zip.ts';
import { contentOffset, directoryPlace, MEMBER_BYTES, STORED, TAIL_BYTES, type ZipEntry, zipEntries } from '../archive/zip-directory.ts';
import { addProgramSettings } from './modules/script-settings.ts';
import { persistentValue } from './persistent-id.ts';
import { knownCall } from './pickle/known-calls.ts';
import { readPickle } from './pickle/pickle.ts';
import type { PickleStorage } from './pickle/pickle-values.ts';
import type { Checkpoint, Storages } from './storages.ts';

/** A million members. */
const MAX_DIRECTORY_BYTES = 1e8;

/** What grows more when it is unpacked is a trap. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 64e6;

/** More than a class of TorchScript has. */
const MAX_PROGRAM_BYTES = 1e6;

const PICKLE = 'data.pkl';

class TorchArchive implements Storages {
  readonly isBigEndian: boolean;
  readonly fileBytes: number;
  readonly #ranges: BufferedRanges;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #folder: string;
  readonly #onStep: () => void;
  /** Members that were packed must be unpacked whole; the last one is kept. */
  #unpacked: { readonly entry: ZipEntry; readonly bytes: Uint8Array } | null = null;

  constructor(ranges: BufferedRanges, entries: readonly ZipEntry[], folder: string, isBigEndian: boolean, onStep: () => void) {
    this.#ranges = ranges;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.#folder = folder;
    this.#onStep = onStep;
    this.isBigEndian = isBigEndian;
    this.fileBytes = ranges.size;
  }

  #entryOf({ key }: PickleStorage): ZipEntry | null {
    return this.#entries.get(`${this.#folder}data/${key}`) ?? null;
  }

  placeOf(storage: PickleStorage): number {
    return this.#entryOf(storage)?.place ?? 0;
  }

  async read(storage: PickleStorage, start: number, end: number): Promise<Uint8Array> {
    const entry = this.#entryOf(storage);
    if (!entry) throw new Error(`${this.#folder}data/${storage.key} is not in it`);
    if (end > entry.bytes) throw new Error(`${entry.name} in it is too short`);
    if (entry.method === STORED) return storedBytes(this.#ranges, entry, start, end, this.#onStep);
    if (this.#unpacked?.entry !== entry) this.#unpacked = { entry, bytes: await wholeMember(this.#ranges, entry, this.#onStep) };
    return this.#unpacked.bytes.subarray(start, end);
  }
}

/** @throws Error where the sum is wrong; torch can be told to leave it out */
function checkSum(bytes: Uint8Array, { sum, name }: ZipEntry, onStep: () => void): void {
  if (sum !== 0 && crc32(bytes, onStep) !== sum) throw new Error(`${name} in it is damaged: its check sum is wrong`);
}

async function contentStart(ranges: BufferedRanges, entry: ZipEntry): Promise<number> {
  const at = entry.place + contentOffset(await ranges.read(entry.place, entry.place + MEMBER_BYTES), entry);
  if (at + entry.packedBytes > ranges.size) throw new Error(`${entry.name} in it is cut short`);
  return at;
}

/** A part of a member that is not packed; checked where it is the whole. */
async function storedBytes(ranges: BufferedRanges, entry: ZipEntry, start: number, end: number, onStep: () => void): Promise<Uint8Array> {
  const at = await contentStart(ranges, entry);
  const bytes = await ranges.read(at + start, at + end);
  if (start === 0 && end === entry.bytes) checkSum(bytes, entry, onStep);
  return bytes;
}

async function wholeMember(ranges: BufferedRanges, entry: ZipEntry, onStep: () => void): Promise<Uint8Array> {
  if (entry.method === STORED) return storedBytes(ranges, entry, 0, entry.bytes, onStep);
  const at = await contentStart(ranges, entry);
  if (entry.bytes > Math.max(SMALL_BYTES, entry.packedBytes * MAX_EXPANSION))
    throw new Error(`${entry.name} in it would take ${Math.ceil(entry.bytes / 1e6)} MB unpacked`);
  const bytes = inflated(await ranges.read(at, at + entry.packedBytes), entry.bytes, onStep);
  checkSum(bytes, entry, onStep);
  return bytes;
}

async function entriesOf(ranges: BufferedRanges): Promise<ZipEntry[]> {
  const tailStart = Math.max(0, ranges.size - TAIL_BYTES);
  const { start, bytes, count } = directoryPlace(await ranges.read(tailStart, ranges.size), tailStart);
  if (bytes > MAX_DIRECTORY_BYTES) throw new Error('its directory is too large');
  return zipEntries(await ranges.read(start, start + bytes), count);
}

/** The member of this name that lies least deep. */
function shallowest(entries: readonly ZipEntry[], name: string): ZipEntry | null {
  const found = entries.filter((entry) => entry.name === name || entry.name.endsWith(`/${name}`));
  return found.toSorted((a, b) => a.name.length - b.name.length)[0] ?? null;
}

/** @throws Error saying what is wrong, as it stands in brackets within a sentence */
export async function openTorchArchive(ranges: BufferedRanges, onStep: () => void): Promise<Checkpoint> {
  const entries = await entriesOf(ranges);
  const pickle = shallowest(entries, PICKLE);
  if (!pickle) throw new Error(`no ${PICKLE} is in it`);
  const folder = pickle.name.slice(0, -PICKLE.length);
  const order = entries.find(({ name, bytes }) => name === `${folder}byteorder` && bytes < 100);
  const isBigEndian = order ? new TextDecoder().decode(await wholeMember(ranges, order, onStep)).trim() === 'big' : false;
  // The buffer is used again, while strings of bytes go on being parts of the pickle.
  const bytes = (await wholeMember(ranges, pickle, onStep)).slice();
  const { value } = readPickle(bytes, 0, { call: knownCall, persistent: persistentValue, onStep });
  const programs = new Map(entries.filter(({ bytes: size }) => size <= MAX_PROGRAM_BYTES).map((entry) => [entry.name, entry]));
  await addProgramSettings(value, async (path) => {
    const program = programs.get(`${folder}${path}`);
    return program ? new TextDecoder().decode(await wholeMember(ranges, program, onStep)) : null;
  });
  return { root: value, storages: new TorchArchive(ranges, entries, folder, isBigEndian, onStep) };
}
