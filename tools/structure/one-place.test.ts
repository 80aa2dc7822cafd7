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

/** Where one of these stands as a text of its own, as `path: id`. */
function mentions(ids: Iterable<string>, isTheirs: (path: string) => boolean): string[] {
  const wanted = new Set(ids);
  return SOURCES.filter(({ path }) => !isTheirs(path)).flatMap(({ path, text }) =>
    [...text.matchAll(/(['"`])([\w-]+)\1/g)].flatMap(([, , word = '']) => (wanted.has(word) ? `${path}: ${word}` : [])),
  );
}

/** Parts of the page that are about one method, and say so; and the name that files made here carry. */
const ABOUT_FAST_ABLATION_CAM = /(^|\/)(AskCells|LayerFacts|FigureStatus)\.tsx$|^formats\/tfjs\/layers-model-writer\.ts$/;

describe('nothing but its own files and the lists', () => {
  it('names a method', () => {
    const ids = METHODS.map(({ id }) => id);
    expect(mentions(ids, (path) => /^(explain|engine)\/methods\//.test(path) || ABOUT_FAST_ABLATION_CAM.test(path))).toEqual([]);
    expect(new Set(mentions(ids, () => false).map((mention) => mention.split(': ')[1]))).toEqual(new Set(ids));
  });

  it('names a format, or a kind of its files', () => {
    const roles = FORMATS.flatMap(({ kinds, json = [] }) => [...kinds, ...json].map(({ role }) => role));
    const ofModels = roles.filter(({ use }) => use === 'model' || use === 'part').map(({ id }) => id);
    const folders = readdirSync(join(SRC, 'formats'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && SOURCES.some(({ path }) => path === `formats/${entry.name}/format.ts`))
      .map(({ name }) => name);
    const isTheirs = (path: string) => folders.some((folder) => path.startsWith(`formats/${folder}/`));
    expect(folders).toHaveLength(FORMATS.length);
    expect(mentions([...FORMATS.flatMap(({ kinds }) => kinds.map(({ id }) => id)), ...ofModels], isTheirs)).toEqual([]);
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
    expect(mentions(ids, (path) => path.startsWith('metrics/'))).toEqual([]);
  });
});
