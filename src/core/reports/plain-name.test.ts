import { describe, expect, it } from 'vitest';
import { plainName } from './plain-name.ts';

describe('a file’s name', () => {
  it('is without what turns text around, and without control characters', () => {
    expect(plainName('a\u202egpj.exe')).toBe('agpj.exe');
    expect(plainName('\u2066x\u2069\n\u0000y\u200f.png')).toBe('xy.png');
  });

  it('keeps letters of every script, with what joins them', () => {
    for (const name of ['größe é.png', 'تصویر.jpg', 'می\u200cخواهم.jpg', '図 1.tif']) expect(plainName(name)).toBe(name);
  });
});
