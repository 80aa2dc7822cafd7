/**
 * The sorted table that TensorFlow keeps an index in: LevelDB's, whose keys leave out what they share with the key before.
 * https://github.com/google/leveldb/blob/main/doc/table_format.md
 */
import { crc32c, masked } from './crc32c.ts';
import { unpackSnappy } from './snappy.ts';
import { varintAt } from './varint.ts';

const FOOTER_BYTES = 48;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** Behind every block: how it is packed, and its sum. */
const TRAILER_BYTES = 5;
const [STORED, SNAPPY] = [0, 1];

/** Keys are short, but each may claim to repeat the one before: so many bytes for each that the file has, or the small sum. */
const MAX_EXPANSION = 64;
const SMALL_BYTES = 16e6;

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
  readonly end: number;
}

function handleAt(bytes: Uint8Array, at: number): Handle {
  const { value: offset, end: middle } = varintAt(bytes, at);
  const { value: size, end } = varintAt(bytes, middle);
  return { offset, size, end };
}

/** Whether one key stands before another, byte by byte. */
function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  return a.length < b.length;
}

class Table {
  readonly #file: Uint8Array;
  #keyBytesLeft: number;
  /** Blocks stand one after the other: one that is named again and again would grow without measure. */
  #blocksFrom = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
    this.#keyBytesLeft = Math.max(SMALL_BYTES, file.length * MAX_EXPANSION);
  }

  /** @throws Error where the file is no table, or damaged */
  entries(): Entry[] {
    const footer = this.#file.subarray(-FOOTER_BYTES);
    const isTable = footer.length === FOOTER_BYTES && MAGIC.every((byte, i) => footer[FOOTER_BYTES - MAGIC.length + i] === byte);
    if (!isTable) throw new Error('it does not end as a checkpoint’s index does');
    const remarks = handleAt(footer, 0);
    const index = handleAt(footer, remarks.end);
    // They are of no use here, but damage there is damage.
    this.#block(remarks);
    const handles = this.#block(index).map(({ value }) => handleAt(value, 0));
    const entries = handles.flatMap((handle) => {
      if (handle.offset < this.#blocksFrom) throw new Error('its blocks are out of order');
      this.#blocksFrom = handle.offset + handle.size + TRAILER_BYTES;
      return this.#block(handle);
    });
    const isSorted = entries.every(({ key }, i) => i === 0 || isBefore((entries[i - 1] as Entry).key, key));
    if (!isSorted) throw new Error('its names are out of order');
    return entries;
  }

  #block({ offset, size }: Handle): Entry[] {
    const end = offset + size;
    if (end + TRAILER_BYTES > this.#file.length) throw new Error('a block is not where it should be');
    const stored = this.#file.subarray(offset, end);
    const kind = this.#file[end];
    const trailer = new DataView(this.#file.buffer, this.#file.byteOffset + end, TRAILER_BYTES);
    if (trailer.getUint32(1, true) !== masked(crc32c(this.#file.subarray(offset, end + 1))))
      throw new Error('the checksum of a block is wrong');
    if (kind !== STORED && kind !== SNAPPY) throw new Error(`a block is packed by method ${kind}`);
    return this.#entriesIn(kind === SNAPPY ? unpackSnappy(stored) : stored);
  }

  #entriesIn(block: Uint8Array): Entry[] {
    const last = block.length - 4;
    if (last < 0) throw new Error('a block is empty');
    const restarts = new DataView(block.buffer, block.byteOffset, block.byteLength).getUint32(last, true);
    const end = last - restarts * 4;
    const entries: Entry[] = [];
    let key = new Uint8Array();
    for (let at = 0; at < end; ) {
      const shared = varintAt(block, at);
      const fresh = varintAt(block, shared.end);
      const length = varintAt(block, fresh.end);
      const [suffix, value] = [length.end, length.end + fresh.value];
      if (shared.value > key.length || value + length.value > end) throw new Error('an entry is longer than its block');
      const next = new Uint8Array(this.#takeKey(shared.value + fresh.value));
      next.set(key.subarray(0, shared.value));
      next.set(block.subarray(suffix, value), shared.value);
      key = next;
      at = value + length.value;
      entries.push({ key, value: block.subarray(value, at) });
    }
    return entries;
  }

  #takeKey(bytes: number): number {
    this.#keyBytesLeft -= bytes;
    if (this.#keyBytesLeft < 0) throw new Error('its names are longer than can be');
    return bytes;
  }
}

/**
 * All values by their keys, in the order of the keys.
 *
 * @throws Error where the file is no table, or damaged
 */
export function readTable(file: Uint8Array): Map<string, Uint8Array> {
  const decoder = new TextDecoder();
  return new Map(new Table(file).entries().map(({ key, value }) => [decoder.decode(key), value]));
}
