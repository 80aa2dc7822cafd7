/** The field's standard terms, in names, texts, comments and documents: what was once called otherwise stays so called. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** What is not said, in names of any case, and what is. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/picture/i, 'image'],
  [/side[ -]?inputs?\b/i, 'skip input'],
  [/multiply[ -]?adds?\b/i, 'MACs'],
  [/obstacle/i, 'unsupportedReason'],
  [/likeness/i, 'similarity'],
  [/reckon/i, 'estimated'],
  [/keeps?[ -]?channels[ -]?apart/i, 'channelwise'],
  [/\bbreathe/i, 'yieldToEventLoop'],
  [/\bgets? squeezed|'squeeze'/, 'stretched'],
  [/\bdeviations?\b/, 'std'],
  [/\bask a cell\b/i, 'ablate cells'],
  [/\b(only)?takers?\b/i, 'consumer'],
];

/** What is called so in files that others made, or that former versions kept. */
const ELSEWHERE: readonly RegExp[] = [
  /picture\.png|'pictures'|'picture-set'|unclear-pictures/g,
  /'squeeze'|std: deviation|deviation, fit|deviation: |'deviation' in|stored\.deviation|json\?\.deviation|`deviation`/g,
  /standard deviations?/gi,
];

const FILES = ['src', 'tools', 'e2e', 'docs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(tsx?|css|md)$/.test(path) && !/^tools\/(fixtures|structure)\/|\/node_modules\//.test(path)),
);

it('everything is called by the field’s standard terms', () => {
  expect(FILES.length).toBeGreaterThan(500);
  const found = ['README.md', 'index.html', ...FILES].flatMap((path) =>
    readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .flatMap((line, i) => {
        const text = ELSEWHERE.reduce((rest, known) => rest.replaceAll(known, ''), line);
        return WORDS.filter(([word]) => word.test(text)).map(([, term]) => `${path}:${i + 1}: ${term}, not “${line.trim().slice(0, 80)}”`);
      }),
  );
  expect(found).toEqual([]);
});
