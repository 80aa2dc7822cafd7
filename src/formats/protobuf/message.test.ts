import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { Message } from './message.ts';

function written(fill: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  fill(writer);
  return writer.finish();
}

describe('a message', () => {
  const inner = written((writer) => writer.writeStringField(2, 'inside'));
  const bytes = written((writer) => {
    writer.writeVarintField(1, 5);
    writer.writeVarintField(1, 3_000_000_000_000);
    writer.writeFixed32Field(2, 0xfedcba98);
    writer.writeDoubleField(3, 0.5);
    writer.writeStringField(4, 'größer');
    writer.writeBytesField(15, inner);
    writer.writeBytesField(15, inner);
    writer.writeVarintField(100_000, 7);
  });

  it('gives its fields by their numbers, the last one where there are several', () => {
    const message = new Message(bytes);
    expect([1, 2, 100_000].map((field) => message.number(field))).toEqual([3_000_000_000_000, 0xfedcba98, 7]);
    expect(message.text(4)).toBe('größer');
    expect(message.messages(15).map((each) => each.text(2))).toEqual(['inside', 'inside']);
    expect(message.message(15)?.text(2)).toBe('inside');
  });

  it('has nothing where nothing, or something else, was written', () => {
    const message = new Message(bytes);
    expect([message.number(9), message.number(4), message.bytes(1), message.text(9), message.message(9)]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(message.messages(9)).toEqual([]);
    expect([message.has(3), message.has(9)]).toEqual([true, false]);
    expect(new Message(new Uint8Array()).number(1)).toBeNull();
  });

  it('may lie in the middle of a larger buffer', () => {
    const larger = new Uint8Array(bytes.length + 20).fill(0xff);
    larger.set(bytes, 7);
    expect(new Message(larger.subarray(7, 7 + bytes.length)).text(4)).toBe('größer');
  });

  it('is refused wherever it is cut within a field', () => {
    const ends = new Set([0]);
    for (let end = 1; end <= bytes.length; end++) {
      try {
        new Message(bytes.subarray(0, end));
        ends.add(end);
      } catch {}
    }
    // Between its eight fields it is a message too.
    expect(ends.size).toBe(9);
  });

  it.each<[string, number[]]>([
    ['a length beyond the end', [0x0a, 0x05, 1, 2]],
    ['a length of terabytes', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a number without end', [0x08, ...new Array(20).fill(0xff)]],
    ['a field of an unknown kind', [0x0e, 1]],
    ['a group, which nobody writes any more', [0x0b, 0x0c]],
    ['half a fixed number', [0x0d, 1, 2]],
  ])('with %s is refused', (_what, wrong) => {
    expect(() => new Message(Uint8Array.from(wrong))).toThrow();
  });
});
