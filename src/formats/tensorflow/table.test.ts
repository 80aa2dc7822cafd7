import fc from 'fast-check';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { holds } from '../../core/testing/property.ts';
import { changed } from '../testing/broken/broken-case.ts';
import { utf8 } from '../testing/sound-models.ts';
import { type Entry, maskedSum, tableOf, varint } from '../testing/tensorflow-bytes.ts';
import { crc32c, masked } from './crc32c.ts';
import { unpackSnappy } from './snappy.ts';
import { readTable } from './table.ts';
import { varintAt } from './varint.ts';

describe('CRC-32C', () => {
  // RFC 3720, B.4.
  it.each<[string, Uint8Array, number]>([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['123456789', utf8('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(), 0],
  ])('of %s is as the standard says', (_what, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum);
    expect(masked(sum)).toBe(maskedSum(bytes));
  });

  it('goes on from what goes before', () => {
    const bytes = utf8('TensorFlow sums the length first, and then the text');
    for (const cut of [0, 1, 7, 8, 9, 30]) expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
  });
});

describe('numbers of seven bits a byte', () => {
  it.each([0, 1, 127, 128, 300, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, 3e12, Number.MAX_SAFE_INTEGER])('%s', (value) => {
    const bytes = Uint8Array.from([9, ...varint(value), 9]);
    expect(varintAt(bytes, 1)).toEqual({ value, end: bytes.length - 1 });
  });

  it('are refused where they end too early, or are too large', () => {
    expect(() => varintAt(Uint8Array.of(0x80), 0)).toThrow();
    expect(() => varintAt(new Uint8Array(), 0)).toThrow();
    expect(() => varintAt(new Uint8Array(12).fill(0xff), 0)).toThrow();
    expect(() => varintAt(Uint8Array.from(varint(2 ** 53)), 0)).toThrow();
  });
});

describe('Snappy', () => {
  it('gives back what another program packed', () => {
    const few = fc.uint8Array({ maxLength: 5, max: 3 });
    holds(
      fc.property(fc.array(few, { maxLength: 400 }), (parts) => {
        const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
        expect(unpackSnappy(compress(bytes))).toEqual(bytes);
      }),
    );
    const long = utf8('convolution, normalisation, '.repeat(9000));
    expect(unpackSnappy(compress(long))).toEqual(long);
    const random = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i * 2654435761) >>> 13);
    expect(unpackSnappy(compress(random))).toEqual(random);
  });

  it('knows every kind of copy, and long literals', () => {
    const literal = (bytes: number[]) => [(bytes.length - 1) << 2, ...bytes];
    // "abcd", four from four back, three from two back (in two bytes), one from nine back (in four).
    const packed = [12, ...literal([97, 98, 99, 100]), 0b001, 4, (2 << 2) | 2, 2, 0, 3, 9, 0, 0, 0];
    expect(new TextDecoder().decode(unpackSnappy(Uint8Array.from(packed)))).toBe('abcdabcdcdcc');
    const many = new Array(70_000).fill(7);
    expect(unpackSnappy(Uint8Array.from([...varint(many.length), 62 << 2, 0x6f, 0x11, 0x01, ...many]))).toEqual(Uint8Array.from(many));
  });

  it.each<[string, number[]]>([
    ['a literal beyond the end', [4, 3 << 2, 1, 2]],
    ['a literal that runs backwards', [4, 63 << 2, 0xf0, 0xff, 0xff, 0xff, 1, 2, 3, 4]],
    ['a copy from before the start', [8, 0, 7, 0b001, 2]],
    ['a copy of nothing', [8, 0, 7, 0b001, 0]],
    ['half a copy', [8, 0, 7, 0b010, 1]],
    ['more than it says', [2, 2 << 2, 1, 2, 3]],
    ['less than it says', [9, 2 << 2, 1, 2, 3]],
    ['a claim of gigabytes', [...varint(3e9), 2 << 2, 1, 2, 3]],
    ['nothing', []],
  ])('refuses %s', (_what, packed) => {
    expect(() => unpackSnappy(Uint8Array.from(packed))).toThrow();
  });
});

describe('a table', () => {
  const entries: Entry[] = Array.from({ length: 100 }, (_, i) => ({
    key: `layer_with_weights-${String(i).padStart(3, '0')}/kernel`,
    value: Uint8Array.of(i, i + 1),
  }));

  it.each([
    ['in one block', { perBlock: 1000 }],
    ['in many blocks', { perBlock: 3 }],
    ['packed', { isPacked: true, perBlock: 30 }],
  ])('%s gives its entries back', (_what, options) => {
    const read = readTable(tableOf(entries, options));
    expect([...read].map(([key, value]) => [key, [...value]])).toEqual(entries.map(({ key, value }) => [key, [...value]]));
  });

  it('is refused wherever a byte of it has changed, but for padding', () => {
    const sound = tableOf(entries.slice(0, 12), { perBlock: 5 });
    const survived = Array.from(sound.keys()).filter((at) => {
      try {
        readTable(changed(sound, (copy) => copy.set([(copy[at] ?? 0) ^ 0x10], at)));
        return true;
      } catch {
        return false;
      }
    });
    // The padding of the footer.
    expect(survived.every((at) => at > sound.length - 48 && at < sound.length - 8)).toBe(true);
    expect(survived.length).toBeLessThan(36);
  });

  it('is refused at every length that is not its own', () => {
    const sound = tableOf(entries.slice(0, 5));
    for (let length = 0; length < sound.length; length++) expect(() => readTable(sound.slice(0, length))).toThrow();
  });

  it('whose keys are out of order, or come twice, is refused', () => {
    expect(() => readTable(tableOf([...entries].reverse()))).toThrow();
    expect(() => readTable(tableOf([entries[0] as Entry, entries[0] as Entry]))).toThrow();
  });
});
