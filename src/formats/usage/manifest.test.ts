import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseManifest } from './manifest.ts';

const TEXT = readFileSync('public/models/densenet169-polen23e/manifest.json', 'utf8');

it('the built-in model’s manifest is complete', () => {
  const manifest = parseManifest('manifest.json', TEXT);
  expect(manifest.classNames).toHaveLength(23);
  expect(manifest.files.map(({ path }) => path)).toContain('model.json');
  expect(manifest.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  expect(manifest.files.every(({ path, bytes }) => !path.endsWith('.bin') || bytes < 4 * 1024 * 1024)).toBe(true);
});

it.each([
  ['title', { title: 1 }],
  ['input.width', { input: { width: 0, height: 224 } }],
  ['outputReading', { outputReading: 'relu' }],
  ['outputActivation', { outputReading: undefined, outputActivation: 'relu' }],
  ['preprocessing.channels', { preprocessing: null }],
  ['preprocessing.mean', { preprocessing: { channels: 'rgb', scale: 1, mean: [1, 2], std: [1, 1, 1], fit: 'stretched' } }],
  ['preprocessing.std', { preprocessing: { channels: 'rgb', scale: 1, mean: [1, 2, 3], std: [1, 0, 1], fit: 'stretched' } }],
  ['preprocessing.fit', { preprocessing: { channels: 'rgb', scale: 1, mean: [1, 2, 3], std: [1, 1, 1], fit: 'stretch' } }],
  ['preprocessing.fit', { preprocessing: { channels: 'rgb', scale: 1, mean: [1, 2, 3], std: [1, 1, 1], fit: 'short-side-0' } }],
  ['preprocessing.mean', { preprocessing: { channels: 'grey', scale: 1, mean: [1, 2, 3], std: [1], fit: 'stretched' } }],
  ['preprocessing.std', { preprocessing: { channels: 'rgba', scale: 1, mean: [0, 0, 0, 0], std: [1, 1, 1], fit: 'stretched' } }],
  [
    'preprocessing.resampling',
    { preprocessing: { channels: 'grey', scale: 1, mean: [1], std: [1], fit: 'stretched', resampling: 'none' } },
  ],
  ['files[0].sha256', { files: [{ path: 'a', bytes: 3 }] }],
  ['files[0].path', { files: [{ path: '../a', bytes: 3, sha256: '0'.repeat(64) }] }],
  ['classNames', { classNames: ['a', 1] }],
])('a manifest whose %s is wrong is refused by name', (field, change) => {
  const text = JSON.stringify({ ...JSON.parse(TEXT), ...change });
  expect(() => parseManifest('manifest.json', text)).toThrow(`In manifest.json the field ${field} is missing or wrong`);
});

it.each([
  { channels: 'grey', scale: 1 / 255, mean: [0.5], std: [0.25], fit: 'short-side-256' },
  { channels: 'bgra', scale: 1, mean: [0, 1, 2, 3], std: [1, 2, 3, 4], fit: 'letterbox', resampling: 'bicubic' },
])('images may be prepared like this: %j', (preprocessing) => {
  expect(parseManifest('manifest.json', JSON.stringify({ ...JSON.parse(TEXT), preprocessing })).preprocessing).toEqual(preprocessing);
});

it('a manifest of a former version names the fit and the std otherwise', () => {
  const former = { channels: 'rgb', scale: 1, mean: [1, 2, 3], deviation: [1, 2, 4], fit: 'squeeze' };
  const { preprocessing } = parseManifest('manifest.json', JSON.stringify({ ...JSON.parse(TEXT), preprocessing: former }));
  expect(preprocessing).toEqual({ channels: 'rgb', scale: 1, mean: [1, 2, 3], std: [1, 2, 4], fit: 'stretched' });
});

it('text that is no manifest is refused', () => {
  expect(() => parseManifest('manifest.json', 'no')).toThrow('manifest.json is no valid JSON');
  expect(() => parseManifest('manifest.json', '3')).toThrow('manifest.json is no manifest');
});

it.each([
  ['softmax', 'softmax'],
  ['sigmoid', 'independent'],
])('a manifest of a former version that ends in %s is read', (outputActivation, reading) => {
  const text = JSON.stringify({ ...JSON.parse(TEXT), outputReading: undefined, outputActivation });
  expect(parseManifest('manifest.json', text).outputReading).toBe(reading);
});
