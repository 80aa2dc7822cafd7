/** Writes FlatBuffers for tests, table by table, with the format's own library. */
import { Builder } from 'flatbuffers';

/** What a field of a table may hold. */
export type FieldOf =
  | { readonly int8: number }
  | { readonly int32: number }
  | { readonly uint64: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly int32s: readonly number[] }
  | { readonly int64s: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly table: TableOf }
  | { readonly tables: readonly TableOf[] };

/** By the numbers of its fields; those that are undefined are left out. */
export type TableOf = Readonly<Record<number, FieldOf | undefined>>;

/** What lies elsewhere in the file, and only its place in the table. */
function writeApart(builder: Builder, field: FieldOf): number | null {
  if ('text' in field) return builder.createString(field.text);
  if ('bytes' in field) return builder.createByteVector(field.bytes);
  if ('table' in field) return writeTable(builder, field.table);
  if ('tables' in field) {
    const places = field.tables.map((table) => writeTable(builder, table));
    builder.startVector(4, places.length, 4);
    for (const place of places.toReversed()) builder.addOffset(place);
    return builder.endVector();
  }
  if ('int32s' in field) {
    builder.startVector(4, field.int32s.length, 4);
    for (const value of field.int32s.toReversed()) builder.addInt32(value);
    return builder.endVector();
  }
  if ('int64s' in field) {
    builder.startVector(8, field.int64s.length, 8);
    for (const value of field.int64s.toReversed()) builder.addInt64(BigInt(value));
    return builder.endVector();
  }
  if ('floats' in field) {
    builder.startVector(4, field.floats.length, 4);
    for (const value of field.floats.toReversed()) builder.addFloat32(value);
    return builder.endVector();
  }
  return null;
}

function writeTable(builder: Builder, table: TableOf): number {
  const fields = Object.entries(table).flatMap(([number, field]) => (field ? [{ number: Number(number), field }] : []));
  const written = fields.map(({ number, field }) => ({ number, field, place: writeApart(builder, field) }));
  builder.startObject(Math.max(-1, ...fields.map(({ number }) => number)) + 1);
  for (const { number, field, place } of written) {
    if (place !== null) builder.addFieldOffset(number, place, 0);
    else if ('int8' in field) builder.addFieldInt8(number, field.int8, 0);
    else if ('int32' in field) builder.addFieldInt32(number, field.int32, 0);
    else if ('uint64' in field) builder.addFieldInt64(number, BigInt(field.uint64), 0n);
    else if ('float' in field) builder.addFieldFloat32(number, field.float, 0);
  }
  return builder.endObject();
}

/** @param identifier of four letters */
export function flatbuffer(root: TableOf, identifier: string): Uint8Array<ArrayBuffer> {
  const builder = new Builder(1024);
  // Zeros are written too, as other writers do it.
  builder.forceDefaults(true);
  builder.finish(writeTable(builder, root), identifier);
  return Uint8Array.from(builder.asUint8Array());
}
