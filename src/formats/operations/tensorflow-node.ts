/** A node of a TensorFlow graph, as the first versions of TensorFlow 2 wrote it into a Keras file: a protocol buffer as text, or JSON as text. */

import { asObject, type JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';

/** A message's fields: numbers as they are, everything else as bytes. */
type Field = readonly [number: number, value: number | Uint8Array];

const WIDTHS: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** @throws RangeError where the message is cut short */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('the message is cut short');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) {
      fields.push([tag >> 3, varint()]);
      continue;
    }
    const length = wire === 2 ? varint() : WIDTHS[wire];
    if (length === undefined || at + length > bytes.length) throw new RangeError('the message is cut short');
    fields.push([tag >> 3, bytes.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}

function bytesIn(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.flatMap(([field, value]) => (field === number && value instanceof Uint8Array ? [value] : []));
}

function textIn(fields: readonly Field[], number: number): string {
  const [first] = bytesIn(fields, number);
  return new TextDecoder().decode(first);
}

/** Kinds of attributes by their field; those that nothing here needs are left out. */
const ATTRIBUTES: Readonly<Record<number, string>> = { 2: 's', 3: 'i', 4: 'f', 5: 'b', 6: 'type' };

function attributeOf(bytes: Uint8Array): JsonObject {
  const entries = fieldsOf(bytes).flatMap(([field, value]): [string, Json][] => {
    const kind = ATTRIBUTES[field];
    if (kind === undefined) return [];
    if (typeof value === 'number') return [[kind, kind === 'b' ? value !== 0 : value]];
    const isFloat = kind === 'f' && value.length === 4;
    return [[kind, isFloat ? new DataView(value.slice().buffer).getFloat32(0, true) : new TextDecoder().decode(value)]];
  });
  return Object.fromEntries(entries);
}

/** @returns `{op, attr}` as TensorFlow writes the message as JSON; null where the text is no node */
export function nodeOfText(text: string): Json {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }
  try {
    const fields = fieldsOf(new TextEncoder().encode(text));
    const attributes = bytesIn(fields, 5).map((entry): [string, Json] => {
      const pair = fieldsOf(entry);
      return [textIn(pair, 1), attributeOf(bytesIn(pair, 2)[0] ?? new Uint8Array())];
    });
    return asObject({ op: textIn(fields, 2), attr: Object.fromEntries(attributes) });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
