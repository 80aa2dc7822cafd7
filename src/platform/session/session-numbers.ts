/** Arrays of numbers apart from the JSON around them: text would be larger, slower, and not to the bit the same. */

const KINDS = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, uint32: Uint32Array } as const;

type Kind = keyof typeof KINDS;

/** Where an array stands in the file of all numbers. */
interface Place {
  readonly $numbers: Kind;
  /** In bytes. */
  readonly at: number;
  readonly count: number;
}

function kindOf(value: unknown): Kind | null {
  for (const kind of Object.keys(KINDS) as Kind[]) if (value instanceof KINDS[kind]) return kind;
  return null;
}

function isPlace(value: object): value is Place {
  return '$numbers' in value;
}

/** @returns the value as JSON text, and the bytes of its arrays, every one at a multiple of four */
export function numbersApart(value: unknown): { readonly json: string; readonly numbers: Blob } {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const json = JSON.stringify(value, (_key, part: unknown) => {
    const kind = kindOf(part);
    if (!kind) return part;
    const array = part as InstanceType<(typeof KINDS)[Kind]>;
    const place: Place = { $numbers: kind, at: bytes, count: array.length };
    const padded = new Uint8Array(Math.ceil(array.byteLength / 4) * 4);
    padded.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    parts.push(padded);
    bytes += padded.length;
    return place;
  });
  return { json, numbers: new Blob(parts) };
}

function arrayAt({ $numbers, at, count }: Place, numbers: Uint8Array<ArrayBuffer>): InstanceType<(typeof KINDS)[Kind]> {
  const Kind = Object.hasOwn(KINDS, $numbers) ? KINDS[$numbers] : null;
  const isWhole = [at, count].every((number) => Number.isSafeInteger(number) && number >= 0);
  if (!Kind || !isWhole || at + count * Kind.BYTES_PER_ELEMENT > numbers.length)
    throw new Error('its numbers are not where they should be');
  return new Kind(numbers.slice(at, at + count * Kind.BYTES_PER_ELEMENT).buffer);
}

/** @throws Error where an array is not there, or several claim the same bytes */
export function numbersBack(json: string, numbers: Uint8Array<ArrayBuffer>): unknown {
  let left = numbers.length;
  return JSON.parse(json, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || !isPlace(part)) return part;
    const array = arrayAt(part, numbers);
    left -= array.byteLength;
    if (left < 0) throw new Error('its numbers are more than there are');
    return array;
  });
}
