import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { METRICS, type MetricScores } from '../../src/metrics/scores.ts';
import type { MeasuredImage } from './measure-image.ts';
import { differencesTable, meansTable, readResults, resultLine, withTables, wrapped } from './results.ts';

const folder = mkdtempSync(join(tmpdir(), 'faithfulness-'));
afterAll(() => rmSync(folder, { recursive: true }));

function scored(value: number): MetricScores {
  return Object.fromEntries(METRICS.map(({ id }) => [id, value])) as MetricScores;
}

function measured(path: string, scores: MeasuredImage['scores']): MeasuredImage {
  const removal = { replacement: 'mean', isAutomatic: false, intact: 1, isNumber: false, removed: {} } as const;
  return { path, label: 'a', predicted: 'a', removal, scores };
}

it('a run that was continued has one entry for an image, with all of its maps, and compares maps image by image', () => {
  const path = join(folder, 'results.jsonl');
  expect(readResults(path).size).toBe(0);
  const lines = [
    measured('a/1.png', { One: scored(0.5), Random: scored(1 / 3) }),
    measured('a/2.png', { One: scored(0.7), Random: scored(0.1) }),
    measured('a/1.png', { Late: scored(0.25) }),
  ];
  writeFileSync(path, lines.map(resultLine).join(''));
  const images = [...readResults(path).values()];
  expect(images.map((image) => [image.path, Object.keys(image.scores)])).toEqual([
    ['a/1.png', ['One', 'Random', 'Late']],
    ['a/2.png', ['One', 'Random']],
  ]);
  expect(images[0]?.scores.Random?.road).toBe(0.333333);
  const means = meansTable(images, ['One', 'Late']).split('\n');
  expect(means[2]).toMatch(/^\| One \| 2 \| 0\.600 /);
  expect(means[3]).toMatch(/^\| Late \| 1 \| 0\.250 /);
  const differences = differencesTable(images, ['One', 'Late', 'Random'], 'Random').split('\n');
  expect(differences).toHaveLength(4);
  expect(differences[2]).toMatch(/^\| One \| 2 \| 0\.383 /);
});

it('tables take the place of those that stand in a document, which stays as it is around them', () => {
  const document = 'Before.\n\n<!-- faithfulness of net -->\n\nold\n\n<!-- end of net -->\n\nAfter.\n';
  const found = withTables(document, 'net', 'new');
  expect(found).toBe(document.replace('old', 'new'));
  expect(withTables(found, 'net', 'old')).toBe(document);
  expect(() => withTables(document, 'other', 'new')).toThrow('lacks <!-- faithfulness of other -->');
});

it('words are wrapped at 120 columns', () => {
  const lines = wrapped(new Array(60).fill('word').join(' ')).split('\n');
  expect(lines.map(({ length }) => length)).toEqual([119, 119, 59]);
});
