/**
 * A protocol-buffer message whose fields are read by their numbers, and only those that are asked for.
 *
 * The library decodes the numbers; here every length is held against what is there, which it does not do: it would give less than was
 * written, without a word. A message in a message is a view of the same bytes, so nothing that a file claims takes any room.
 * https://protobuf.dev/programming-guides/encoding/
 */
import { PbfReader } from 'pbf';

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** Where a field's value lies. */
interface Place {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

function cutShort(): Error {
  return new Error('a message is cut short');
}

export class Message {
  readonly #bytes: Uint8Array;
  readonly #reader: PbfReader;
  readonly #fields = new Map<number, Place[]>();

  /** @throws Error where the bytes are no message */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#reader = new PbfReader(bytes);
    while (this.#reader.pos < bytes.length) {
      const tag = this.#varintHere();
      const [field, type] = [Math.floor(tag / 8), tag % 8];
      const place = this.#placeHere(type);
      this.#reader.pos = place.end;
      const places = this.#fields.get(field);
      if (places) places.push(place);
      else this.#fields.set(field, [place]);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** A whole number without a sign, exact up to 2^53; where a field comes several times, the last one counts. */
  number(field: number): number | null {
    const place = this.#last(field, VARINT, FIXED32);
    if (!place) return null;
    this.#reader.pos = place.start;
    return place.type === FIXED32 ? this.#reader.readFixed32() : this.#reader.readVarint();
  }

  /** Whole numbers with a sign, of a field that may come several times, packed or one by one; exact between -2^53 and 2^53. */
  numbers(field: number): number[] {
    return this.#each(field, VARINT, () => this.#reader.readVarint(true));
  }

  /** Single floats, of a field that may come several times, packed or one by one. */
  floats(field: number): number[] {
    return this.#each(field, FIXED32, () => this.#reader.readFloat());
  }

  /** Double floats, of a field that may come several times, packed or one by one. */
  doubles(field: number): number[] {
    return this.#each(field, FIXED64, () => this.#reader.readDouble());
  }

  /** Every text of a field that may come several times. */
  texts(field: number): string[] {
    const places = (this.#fields.get(field) ?? []).filter(({ type }) => type === BYTES);
    return places.map(({ start, end }) => new TextDecoder().decode(this.#bytes.subarray(start, end)));
  }

  bytes(field: number): Uint8Array | null {
    const place = this.#last(field, BYTES);
    return place ? this.#bytes.subarray(place.start, place.end) : null;
  }

  text(field: number): string | null {
    const bytes = this.bytes(field);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** @throws Error where the field is no message */
  message(field: number): Message | null {
    const bytes = this.bytes(field);
    return bytes && new Message(bytes);
  }

  /** @throws Error where one is no message */
  messages(field: number): Message[] {
    const places = (this.#fields.get(field) ?? []).filter(({ type }) => type === BYTES);
    return places.map(({ start, end }) => new Message(this.#bytes.subarray(start, end)));
  }

  #each(field: number, single: number, read: () => number): number[] {
    const values: number[] = [];
    for (const { type, start, end } of this.#fields.get(field) ?? []) {
      if (type !== single && type !== BYTES) continue;
      this.#reader.pos = start;
      while (this.#reader.pos < end) {
        if (single !== VARINT && end - this.#reader.pos < (single === FIXED32 ? 4 : 8)) throw cutShort();
        values.push(read());
        if (this.#reader.pos > end) throw cutShort();
      }
    }
    return values;
  }

  #last(field: number, ...types: readonly number[]): Place | null {
    return this.#fields.get(field)?.findLast(({ type }) => types.includes(type)) ?? null;
  }

  #varintHere(): number {
    const value = this.#reader.readVarint();
    if (this.#reader.pos > this.#bytes.length) throw cutShort();
    return value;
  }

  #placeHere(type: number): Place {
    const at = this.#reader.pos;
    if (type === VARINT) this.#varintHere();
    const length = type === BYTES ? this.#varintHere() : type === FIXED64 ? 8 : type === FIXED32 ? 4 : null;
    if (type !== VARINT && length === null) throw new Error(`a message has a field of the kind ${type}`);
    const start = type === VARINT ? at : this.#reader.pos;
    const end = type === VARINT ? this.#reader.pos : start + (length ?? 0);
    if (end > this.#bytes.length) throw cutShort();
    return { type, start, end };
  }
}
