import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { sha256 } from '../../formats/sha256.ts';
import { parseManifest } from '../../formats/usage/manifest.ts';
import { type WrittenModel, writeModel } from './written-model.ts';

const MODEL: WrittenModel = {
  files: [
    { path: 'model.json', bytes: new TextEncoder().encode('{}') },
    { path: 'shard.bin', bytes: Uint8Array.of(1, 2, 3) },
  ],
  besides: [{ path: 'LICENSE', bytes: new TextEncoder().encode('MIT') }],
  card: {
    title: 'Netlet',
    description: '',
    input: { width: 8, height: 8 },
    preprocessing: TORCH_PREPROCESSING,
    outputReading: 'softmax',
    classNames: ['cat', 'dog'],
    origin: 'a test',
    licence: 'MIT',
  },
};
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fetched-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a model is written with a manifest of what the page loads', async () => {
  const target = join(folder, 'netlet');
  await writeModel(target, MODEL);
  expect(readdirSync(target).sort()).toEqual(['LICENSE', 'manifest.json', 'model.json', 'shard.bin']);
  const manifest = parseManifest('manifest.json', readFileSync(join(target, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject(MODEL.card);
  expect(manifest.files).toEqual([
    { path: 'model.json', bytes: 2, sha256: await sha256(new TextEncoder().encode('{}').buffer) },
    { path: 'shard.bin', bytes: 3, sha256: await sha256(Uint8Array.of(1, 2, 3).buffer) },
  ]);
});

it('nothing of the model before stays, but whatever is no part of a model does', async () => {
  const target = join(folder, 'netlet');
  mkdirSync(target);
  for (const name of ['group1-shard9of9.bin', 'README.md']) writeFileSync(join(target, name), '');
  await writeModel(target, MODEL);
  expect(readdirSync(target).sort()).toEqual(['LICENSE', 'README.md', 'manifest.json', 'model.json', 'shard.bin']);
});
