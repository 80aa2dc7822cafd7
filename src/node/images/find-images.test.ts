import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImages } from './find-images.ts';

const FILES = [
  'set/a/1.png',
  'set/a/2.JPG',
  'set/b/1.png',
  'set/b/[x].png',
  'set/b/notes.txt',
  'set/.cache/3.png',
  'set/__MACOSX/4.png',
  'set/b/._1.png',
];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-'));
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const ALL = ['set/a/1.png', 'set/a/2.JPG', 'set/b/1.png', 'set/b/[x].png'];

async function found(given: readonly string[], list = '', out: string | null = null): Promise<{ name: string; paths: string[] }> {
  const { name, images } = await findImages(
    given.map((path) => (path === '-' ? path : join(folder, path))),
    async () => list,
    out,
  );
  for (const { file } of images) expect(file.startsWith(folder)).toBe(true);
  return { name, paths: images.map(({ path }) => path) };
}

describe('images', () => {
  it('of a folder are those in it and below it, without what systems leave behind', async () => {
    expect(await found(['set'])).toEqual({ name: 'set', paths: ALL });
    expect(await found(['set/'])).toEqual({ name: 'set', paths: ALL });
  });

  it('are called from the folder that all of them lie in, however they were named', async () => {
    expect(await found(['set/b/1.png', 'set/a/1.png'])).toEqual({ name: 'set', paths: ['set/a/1.png', 'set/b/1.png'] });
    expect(await found(['set/a', 'set/b'])).toEqual({ name: 'set', paths: ALL });
    expect(await found(['set/**/1.png'])).toEqual({ name: 'set', paths: ['set/a/1.png', 'set/b/1.png'] });
    expect(await found(['set/a/1.png'])).toEqual({ name: 'a', paths: ['a/1.png'] });
  });

  it('of a list that is separated by zeros may have line breaks in their names', async () => {
    const list = ['set/a/1.png', 'set/a/two\nlines.png'].map((path) => `${join(folder, path)}\0`).join('');
    expect((await found(['-'], list)).paths).toEqual(['a/1.png', 'a/two\nlines.png']);
  });

  it('of a linked folder are images too, and a link back to where it lies is no end', async () => {
    mkdirSync(join(folder, 'linked/own'), { recursive: true });
    symlinkSync(join(folder, 'set/a'), join(folder, 'linked/a'));
    symlinkSync('../linked', join(folder, 'linked/own/loop'));
    symlinkSync('nowhere.png', join(folder, 'linked/own/gone.png'));
    expect((await found(['linked'])).paths).toEqual(['linked/a/1.png', 'linked/a/2.JPG', 'linked/own/gone.png']);
  });

  it('are none of the results that lie among them', async () => {
    expect((await found(['set'], '', join(folder, 'set/a/'))).paths).toEqual(['set/b/1.png', 'set/b/[x].png']);
  });

  it('are each there once', async () => {
    expect((await found(['set/a', 'set/a/1.png', 'set/*/1.png', 'set/b'])).paths).toEqual(ALL);
  });

  it('are taken by their names as they stand, where there are such, and as patterns else', async () => {
    expect((await found(['set/b/[x].png'])).paths).toEqual(['b/[x].png']);
    expect((await found(['set/[ab]/1.png'])).paths).toEqual(['set/a/1.png', 'set/b/1.png']);
  });

  it('of a list are files, folders, and what is not there', async () => {
    const list = ['set/a', 'set/b/[x].png', 'set/gone*.png'].map((path) => join(folder, path)).join('\r\n');
    expect((await found(['-'], `\uFEFF${list}\r\n  \n`)).paths).toEqual(['set/a/1.png', 'set/a/2.JPG', 'set/b/[x].png', 'set/gone*.png']);
  });
});
