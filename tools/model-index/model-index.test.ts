import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listModels, SHIPPED } from './model-index.ts';

const MANIFEST = JSON.parse(readFileSync('public/models/densenet169-polen23e/manifest.json', 'utf8'));
let folder = '';

function put(id: string, manifest: string): void {
  mkdirSync(join(folder, id));
  writeFileSync(join(folder, id, 'manifest.json'), manifest);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('the shipped models come first and in their order, the others by name', () => {
  for (const id of ['zebras', 'densenet169-everyday', 'ants', 'densenet169-polen23e'])
    put(id, JSON.stringify({ ...MANIFEST, title: `Title of ${id}` }));
  expect(listModels(folder)).toEqual([
    { id: 'densenet169-polen23e', title: 'Title of densenet169-polen23e' },
    { id: 'densenet169-everyday', title: 'Title of densenet169-everyday' },
    { id: 'ants', title: 'Title of ants' },
    { id: 'zebras', title: 'Title of zebras' },
  ]);
});

it('a folder without a manifest, and what is no folder, are passed over', () => {
  put('ants', JSON.stringify(MANIFEST));
  mkdirSync(join(folder, 'half-fetched'));
  writeFileSync(join(folder, 'notes.txt'), 'none');
  expect(listModels(folder).map(({ id }) => id)).toEqual(['ants']);
});

it('a broken manifest is named', () => {
  put('ants', '{"title": 3}');
  expect(() => listModels(folder)).toThrow(join(folder, 'ants', 'manifest.json'));
});

it('the repository ships what it says', () => {
  expect(
    listModels('public/models')
      .slice(0, SHIPPED.length)
      .map(({ id }) => id),
  ).toEqual(SHIPPED);
});
