/** What is added as one thing stays in one place: no source names a method, a format or a metric but its own files and the lists of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../src/explain/methods/list.ts';
import { FORMATS } from '../../src/formats/list.ts';
import { SERIES } from '../../src/metrics/measures.ts';
import { METRICS } from '../../src/metrics/scores.ts';

const SRC = join(import.meta.dirname, '../../src');

const SOURCES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|(^|\/)testing\//.test(path))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));

/** A text of its own. */
const NAMED = /(['"`])([\w-]+)\1/g;

/** One that something is told apart by. */
const COMPARED = /(?:[!=]==\s*|\bcase )(['"`])([\w-]+)\1/g;

/** Where one of these stands, as `path: id`. */
function mentions(pattern: RegExp, ids: Iterable<string>, isLookedAt: (path: string) => boolean): string[] {
  const wanted = new Set(ids);
  return SOURCES.filter(({ path }) => isLookedAt(path)).flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].flatMap(([, , word = '']) => (wanted.has(word) ? `${path}: ${word}` : [])),
  );
}

describe('nothing but its own files and the lists', () => {
  it('names a method', () => {
    const ids = METHODS.map(({ id }) => id);
    const isOfMethods = (path: string) => /^(explain|engine)\/methods\//.test(path);
    // Parts of the page are about one method, and say so; the app's name is a method's, too.
    const mayName = (path: string) => isOfMethods(path) || path.startsWith('ui/') || path === 'core/app-name.ts';
    expect(mentions(NAMED, ids, (path) => !mayName(path))).toEqual([]);
    expect(mentions(COMPARED, ids, () => true)).toEqual([]);
    expect(new Set(mentions(NAMED, ids, isOfMethods).map((mention) => mention.split(': ')[1]))).toEqual(new Set(ids));
  });

  it('tells formats, or kinds of their files, apart', () => {
    const roles = FORMATS.flatMap(({ kinds, json = [] }) => [...kinds, ...json].map(({ role }) => role));
    const ofModels = roles.filter(({ use }) => use === 'model' || use === 'part').map(({ id }) => id);
    const folders = readdirSync(join(SRC, 'formats'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && SOURCES.some(({ path }) => path === `formats/${entry.name}/format.ts`))
      .map(({ name }) => name);
    const isTheirs = (path: string) => folders.some((folder) => path.startsWith(`formats/${folder}/`));
    expect(folders).toHaveLength(FORMATS.length);
    const ids = [...FORMATS.flatMap(({ kinds }) => kinds.map(({ id }) => id)), ...ofModels];
    expect(mentions(COMPARED, ids, (path) => !isTheirs(path))).toEqual([]);
    // Nor does anything else import what a single format exports.
    const list = SOURCES.find(({ path }) => path === 'formats/list.ts')?.text ?? '';
    for (const folder of folders) expect(list).toContain(`from './${folder}/format.ts'`);
    const importers = SOURCES.filter(
      ({ path, text }) => !isTheirs(path) && path !== 'formats/list.ts' && /\/format\.ts'/.test(text.replaceAll("'./format.ts'", '')),
    );
    expect(
      importers.filter(({ text }) => folders.some((folder) => text.includes(`/${folder}/format.ts'`))).map(({ path }) => path),
    ).toEqual([]);
  });

  it('names a metric', () => {
    // Deletion and insertion are also what the curves of the page are called.
    const ids = METRICS.map(({ id }) => id).filter((id) => !Object.hasOwn(SERIES, id));
    expect(ids.length).toBeGreaterThan(3);
    expect(mentions(NAMED, ids, (path) => !path.startsWith('metrics/'))).toEqual([]);
    expect(mentions(NAMED, ids, (path) => path.startsWith('metrics/')).length).toBeGreaterThan(3);
  });
});
