import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listModels, neededFirst, SHIPPED } from './model-index.ts';

const MANIFEST = JSON.parse(readFileSync('public/models/densenet169-polen23e/manifest.json', 'utf8'));
let folder = '';

function put(id: string, manifest: string): void {
  mkdirSync(join(folder, 'models', id), { recursive: true });
  writeFileSync(join(folder, 'models', id, 'manifest.json'), manifest);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Samples of a model, as far as the list looks at them. */
function putSamples(id: string): void {
  mkdirSync(join(folder, 'samples', id), { recursive: true });
  writeFileSync(join(folder, 'samples', id, 'samples.json'), '[]');
}

it('the shipped models come first and in their order, the others by name', () => {
  for (const id of ['zebras', 'densenet169-everyday', 'ants', 'densenet169-polen23e'])
    put(id, JSON.stringify({ ...MANIFEST, title: `Title of ${id}` }));
  putSamples('densenet169-everyday');
  expect(listModels(folder)).toEqual([
    { id: 'densenet169-everyday', title: 'Title of densenet169-everyday', description: MANIFEST.description, hasSamples: true },
    { id: 'densenet169-polen23e', title: 'Title of densenet169-polen23e', description: MANIFEST.description, hasSamples: false },
    { id: 'ants', title: 'Title of ants', description: MANIFEST.description, hasSamples: false },
    { id: 'zebras', title: 'Title of zebras', description: MANIFEST.description, hasSamples: false },
  ]);
});

it('a folder without a manifest, and what is no folder, are passed over', () => {
  put('ants', JSON.stringify(MANIFEST));
  mkdirSync(join(folder, 'models', 'half-fetched'));
  writeFileSync(join(folder, 'models', 'notes.txt'), 'none');
  expect(listModels(folder).map(({ id }) => id)).toEqual(['ants']);
});

it('a broken manifest is named', () => {
  put('ants', '{"title": 3}');
  expect(() => listModels(folder)).toThrow(join(folder, 'models', 'ants', 'manifest.json'));
});

it('what a first look needs is the list, and of its first model the manifest, the samples, and the one that is shown', () => {
  put('ants', JSON.stringify(MANIFEST));
  expect(neededFirst(folder)).toEqual(['models/index.json', 'models/ants/manifest.json']);
  mkdirSync(join(folder, 'samples', 'ants'), { recursive: true });
  const needed = (samples: readonly object[]) => {
    writeFileSync(join(folder, 'samples', 'ants', 'samples.json'), JSON.stringify(samples));
    return neededFirst(folder).slice(2);
  };
  const [right, unknown, wrong] = [
    { name: 'a.jpg', label: 'worker', named: 'worker' },
    { name: 'b.jpg', label: null, named: 'worker' },
    { name: 'c.jpg', label: 'queen', named: 'worker' },
  ];
  expect(needed([])).toEqual(['samples/ants/samples.json']);
  expect(needed([right, unknown])).toEqual(['samples/ants/samples.json', 'samples/ants/a.jpg']);
  expect(needed([right, unknown, wrong])).toEqual(['samples/ants/samples.json', 'samples/ants/c.jpg']);
});

it('the repository ships what it says', () => {
  const shipped = listModels('public').slice(0, SHIPPED.length);
  expect(shipped.map(({ id }) => id)).toEqual(SHIPPED);
  expect(shipped.every(({ hasSamples }) => hasSamples)).toBe(true);
});
