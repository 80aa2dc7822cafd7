/**
 * A table of a FlatBuffer, whose fields are read by their numbers, and only those that are asked for. Everything that a file claims is held
 * against its bytes before it is believed; nothing is read in advance, so tables that point to each other are no circle. Lists may share their
 * bytes, but all that are read are together no longer than several times the file.
 * https://flatbuffers.dev/internals/
 */

/** Several times what the largest networks have of anything. */
const MAX_ENTRIES = 2 ** 17;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What may still be read of all lists, in bytes. */
interface Budget {
  left: number;
}

const SMALL_BYTES = 1e6;
const MOST_TIMES_READ = 8;

/** Where the entries of a list lie. */
interface List {
  readonly start: number;
  readonly count: number;
}

export class Table {
  readonly #view: DataView;
  readonly #start: number;
  /** Where it says which of its fields lie where. */
  readonly #fields: number;
  readonly #fieldsEnd: number;
  readonly #budget: Budget;

  /** @throws Error where there is no table */
  private constructor(view: DataView, start: number, budget: Budget) {
    this.#view = view;
    this.#budget = budget;
    this.#start = start;
    this.#check(start, 4);
    this.#fields = start - view.getInt32(start, true);
    this.#check(this.#fields, 4);
    const bytes = view.getUint16(this.#fields, true);
    this.#check(this.#fields, bytes);
    this.#fieldsEnd = this.#fields + bytes;
  }

  /** The table that a file begins with. @throws Error where there is none */
  static root(bytes: Uint8Array): Table {
    if (bytes.length < 8) throw new Error('it is cut short');
    const view = viewOf(bytes);
    return new Table(view, view.getUint32(0, true), { left: SMALL_BYTES + MOST_TIMES_READ * bytes.length });
  }

  has(field: number): boolean {
    return this.#place(field, 1) !== null;
  }

  /** A number of 8 bits with a sign, such as that of an enumeration. */
  byte(field: number, otherwise = 0): number {
    const at = this.#place(field, 1);
    return at === null ? otherwise : this.#view.getInt8(at);
  }

  flag(field: number): boolean {
    return this.byte(field) !== 0;
  }

  /** A whole number of 32 bits with a sign. */
  whole(field: number, otherwise = 0): number {
    const at = this.#place(field, 4);
    return at === null ? otherwise : this.#view.getInt32(at, true);
  }

  /** A whole number of 64 bits without a sign, exact up to 2^53. */
  large(field: number): number {
    const at = this.#place(field, 8);
    return at === null ? 0 : Number(this.#view.getBigUint64(at, true));
  }

  float(field: number, otherwise = 0): number {
    const at = this.#place(field, 4);
    return at === null ? otherwise : this.#view.getFloat32(at, true);
  }

  /** Null where it is left out. */
  text(field: number): string | null {
    const bytes = this.bytes(field);
    this.#spend(bytes?.length ?? 0);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** A view of the file's own bytes; null where it is left out. */
  bytes(field: number): Uint8Array | null {
    const list = this.#list(field, 1);
    return list && new Uint8Array(this.#view.buffer, this.#view.byteOffset + list.start, list.count);
  }

  /** Whole numbers of 32 bits; null where they are left out. */
  wholes(field: number): number[] | null {
    return this.#each(field, 4, (at) => this.#view.getInt32(at, true));
  }

  /** Whole numbers of 64 bits, exact up to 2^53; null where they are left out. */
  largeWholes(field: number): number[] | null {
    return this.#each(field, 8, (at) => Number(this.#view.getBigInt64(at, true)));
  }

  floats(field: number): number[] | null {
    return this.#each(field, 4, (at) => this.#view.getFloat32(at, true));
  }

  /** Null where it is left out. @throws Error where it is no table */
  table(field: number): Table | null {
    const at = this.#place(field, 4);
    return at === null ? null : this.#tableAt(at);
  }

  /** None where they are left out. @throws Error where one is no table */
  tables(field: number): Table[] {
    return this.#each(field, 4, (at) => this.#tableAt(at)) ?? [];
  }

  #tableAt(at: number): Table {
    return new Table(this.#view, at + this.#view.getUint32(at, true), this.#budget);
  }

  #each<Entry>(field: number, bytes: number, read: (at: number) => Entry): Entry[] | null {
    const list = this.#list(field, bytes);
    if (!list) return null;
    const { start, count } = list;
    if (count > MAX_ENTRIES) throw new Error(`a list of it has ${count.toLocaleString('en')} entries, which cannot be right`);
    this.#spend(count * bytes);
    return Array.from({ length: count }, (_, i) => read(start + i * bytes));
  }

  #spend(bytes: number): void {
    this.#budget.left -= bytes;
    if (this.#budget.left < 0) throw new Error('its lists claim more than it holds');
  }

  #list(field: number, bytes: number): List | null {
    const at = this.#place(field, 4);
    if (at === null) return null;
    const list = at + this.#view.getUint32(at, true);
    this.#check(list, 4);
    const count = this.#view.getUint32(list, true);
    this.#check(list + 4, count * bytes);
    return { start: list + 4, count };
  }

  /** Where a field lies; null where it is left out. */
  #place(field: number, bytes: number): number | null {
    const entry = this.#fields + 4 + field * 2;
    if (entry + 2 > this.#fieldsEnd) return null;
    const offset = this.#view.getUint16(entry, true);
    if (offset === 0) return null;
    this.#check(this.#start + offset, bytes);
    return this.#start + offset;
  }

  #check(start: number, bytes: number): void {
    if (start < 0 || start + bytes > this.#view.byteLength) throw new Error('a part of it would lie beyond its end');
  }
}
