/** The directories of a TIFF file: which fields a page has. EXIF data is kept in the same form. */
import { cutShort, damaged } from './image-fault.ts';

/** Bytes of each type of values that are whole numbers, by its number in the file; the others are not needed here. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8, 18: 8 };

/** More than any page has. */
const MAX_FIELDS = 4096;
/** Pages are counted no further than this. */
const MAX_PAGES = 10_000;

export class TiffFile {
  readonly bytes: Uint8Array;
  readonly isLittleEndian: boolean;
  readonly #view: DataView;
  readonly #isBig: boolean;
  /** Where the first directory lies. */
  readonly first: number;

  /** @throws ImageFault for bytes that do not begin as TIFF does */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isLittleEndian = bytes[0] === 0x49;
    const magic = this.#number(2, 2);
    if (magic !== 42 && magic !== 43) throw damaged('it does not begin as TIFF does');
    this.#isBig = magic === 43;
    this.first = this.#isBig ? this.#number(8, 8) : this.#number(4, 4);
  }

  #number(at: number, size: number): number {
    if (!(at >= 0 && at + size <= this.bytes.length)) throw cutShort();
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, this.isLittleEndian);
    if (size === 4) return this.#view.getUint32(at, this.isLittleEndian);
    return Number(this.#view.getBigUint64(at, this.isLittleEndian));
  }

  /** Every page's directory, the first one first: where it lies. What follows a loop or a broken link is no page. */
  pages(): number[] {
    const offsets: number[] = [];
    const seen = new Set<number>();
    for (let at = this.first; at !== 0 && !seen.has(at) && offsets.length < MAX_PAGES; ) {
      seen.add(at);
      try {
        const { start, count, size } = this.#entries(at);
        offsets.push(at);
        at = this.#number(start + count * size, this.#isBig ? 8 : 4);
      } catch (error) {
        if (offsets.length === 0) throw error;
        return offsets;
      }
    }
    if (offsets.length === 0) throw damaged('it has no page');
    return offsets;
  }

  /** Where a directory's entries lie. Behind them stands where the next directory lies; 0 for none. */
  #entries(at: number): { readonly start: number; readonly count: number; readonly size: number } {
    const countSize = this.#isBig ? 8 : 2;
    const size = this.#isBig ? 20 : 12;
    const count = this.#number(at, countSize);
    if (count === 0 || count > MAX_FIELDS) throw damaged('a page has no fields');
    return { start: at + countSize, count, size };
  }

  /** The values of a page's fields, by their tags. Fields of other types than whole numbers are left out. */
  fields(at: number): ReadonlyMap<number, readonly number[]> {
    const { start, count, size } = this.#entries(at);
    const inline = this.#isBig ? 8 : 4;
    const fields = new Map<number, readonly number[]>();
    for (let entry = start; entry < start + count * size; entry += size) {
      const bytes = TYPE_BYTES[this.#number(entry + 2, 2)];
      const length = this.#number(entry + 4, inline);
      const place = entry + 4 + inline;
      if (bytes === undefined) continue;
      const from = bytes * length <= inline ? place : this.#number(place, inline);
      if (from + bytes * length > this.bytes.length) throw cutShort();
      fields.set(
        this.#number(entry, 2),
        Array.from({ length }, (_, i) => this.#number(from + i * bytes, bytes)),
      );
    }
    return fields;
  }
}

const ORIENTATION = 274;

/** How an image with this EXIF data is to be turned: 1 to 8, 1 being upright. Data that cannot be read says nothing. */
export function exifOrientation(exif: Uint8Array): number {
  // Some programs put JPEG's marker before it.
  const start = exif[0] === 0x45 && exif[1] === 0x78 ? 6 : 0;
  try {
    const file = new TiffFile(exif.subarray(start));
    return orientationIn(file.fields(file.first));
  } catch {
    return 1;
  }
}

export function orientationIn(fields: ReadonlyMap<number, readonly number[]>): number {
  const [orientation = 1] = fields.get(ORIENTATION) ?? [];
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}
