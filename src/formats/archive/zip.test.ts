import { describe, expect, it } from 'vitest';
import { utf8, zipOf } from '../testing/sound-models.ts';
import { crc32, zipMembers } from './zip.ts';

const TEXT = utf8('convolution '.repeat(5000));

function readAll(archive: Uint8Array): [string, number][] {
  return zipMembers(archive).map((member) => [member.name, member.read(() => {}).length]);
}

describe('zip archives', () => {
  it('sum as zip says', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it.each([0, 9] as const)('give their members back, packed at level %s', (level) => {
    const archive = zipOf({ 'a.txt': TEXT, 'folder/b.bin': new Uint8Array([1, 2, 3]), empty: new Uint8Array() }, level);
    expect(readAll(archive)).toEqual([
      ['a.txt', TEXT.length],
      ['folder/b.bin', 3],
      ['empty', 0],
    ]);
    expect(zipMembers(archive)[0]?.read(() => {})).toEqual(TEXT);
  });

  it('are found before a comment, and in the middle of a larger buffer', () => {
    const archive = zipOf({ 'a.txt': TEXT });
    const commented = new Uint8Array([...archive, ...utf8('as of today')]);
    new DataView(commented.buffer).setUint16(archive.length - 2, 11, true);
    expect(readAll(commented)).toEqual([['a.txt', TEXT.length]]);
    const larger = new Uint8Array(archive.length + 200);
    larger.set(archive, 100);
    expect(readAll(larger.subarray(100, 100 + archive.length))).toEqual([['a.txt', TEXT.length]]);
  });

  it('show that they are being read', () => {
    let steps = 0;
    zipMembers(zipOf({ zeros: new Uint8Array(5_000_000) }, 9))[0]?.read(() => steps++);
    expect(steps).toBeGreaterThan(4);
  });

  it('are not read on where a bit has turned over', () => {
    for (const level of [0, 9] as const) {
      const archive = zipOf({ 'a.txt': TEXT }, level);
      archive[60] = (archive[60] ?? 0) ^ 1;
      expect(() => readAll(archive)).toThrow();
    }
  });
});
