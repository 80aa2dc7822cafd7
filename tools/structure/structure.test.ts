/** How the sources are laid out: small files in small folders, no file that needs itself. What may import what is in `biome.json`. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isComputed } from '../../src/engine/methods/registry.ts';
import { METHODS } from '../../src/explain/methods/list.ts';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const MAX_FILES = 15;
const MAX_LINES = 250;
/** Tables of cases make tests long, not hard to read. */
const MAX_TEST_LINES = 300;
/** What everybody who takes a copy of the repository has to take with it. */
const MAX_FIXTURE_BYTES = 12e6;

/** Everything in TypeScript that is ours, tests and their helpers too. */
const ALL_FILES = ['src', 'tools', 'e2e'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('/node_modules/')),
);

/** Paths below `src`, with slashes; without tests, what is only for them, and declarations of what is not ours. */
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|\.d\.ts$|(^|\/)testing\//.test(path));

const TEXTS = new Map(FILES.map((path) => [path, readFileSync(join(SRC, path), 'utf8')]));

/** All that a file imports or exports again, types included: `./file.ts` as it stands there, or a package. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^;']*?from '([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm)].flatMap(
    ([, from, bare, lazy]) => from ?? bare ?? lazy ?? [],
  );
}

function countBy(paths: readonly string[], keyOf: (path: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(keyOf(path), (counts.get(keyOf(path)) ?? 0) + 1);
  return counts;
}

/** Each circle once for every file where a walk enters it, as `a.ts > b.ts > a.ts`. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const finished = new Set<string>();
  function walk(file: string, trail: readonly string[]): void {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' > '));
    else if (!finished.has(file)) {
      for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
      finished.add(file);
    }
  }
  for (const file of graph.keys()) walk(file, []);
  return circles;
}

/** The files of ours that each one imports. */
const GRAPH = new Map(
  [...TEXTS].map(([path, text]) => [
    path,
    importsOf(text)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(path), name)).replaceAll('\\', '/')),
  ]),
);

describe('the sources', () => {
  it('lie in folders that can be looked over', () => {
    const sources = ALL_FILES.filter((path) => !/\.(test|spec)\.|\.d\.ts$/.test(path));
    expect([...countBy(sources, dirname)].filter(([, count]) => count > MAX_FILES)).toEqual([]);
  });

  it('are files of one idea', () => {
    const lineCounts = ALL_FILES.map((path) => [path, readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length] as const);
    const limitOf = (path: string) => (/\.(test|spec)\./.test(path) ? MAX_TEST_LINES : MAX_LINES);
    expect(lineCounts.filter(([path, count]) => count > limitOf(path))).toEqual([]);
  });

  it('come with no more test data than everybody can take', () => {
    const sizeOf = (path: string) => (statSync(path).isFile() ? statSync(path).size : 0);
    const fixtures = join(ROOT, 'tools/fixtures');
    const bytes = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).reduce((sum, path) => sum + sizeOf(join(fixtures, path)), 0);
    expect(bytes).toBeGreaterThan(1e6);
    expect(bytes).toBeLessThanOrEqual(MAX_FIXTURE_BYTES);
  });

  it('are read as they import each other', () => {
    const known = new Set(readdirSync(SRC, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/')));
    const unknown = [...GRAPH].flatMap(([path, imports]) =>
      imports.filter((name) => !name.startsWith('..') && !known.has(name.split('?')[0] ?? '')).map((name) => `${path}: ${name}`),
    );
    expect(unknown).toEqual([]);
    expect(GRAPH.get('main.tsx')).toContain('state/create-store.ts');
  });

  it('import each other in one direction, types included', () => {
    expect(circlesIn(GRAPH)).toEqual([]);
  });

  it('are found in a circle where there is one', () => {
    const graph = new Map([
      ['a.ts', ['b.ts', 'd.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
      ['d.ts', []],
    ]);
    expect(circlesIn(graph)).toEqual(['b.ts > c.ts > b.ts']);
    expect(
      importsOf("import type {\n  A,\n} from './a.ts';\nimport './b.ts';\nexport { c } from './c.ts';\nconst d = import('./d.ts');"),
    ).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts']);
  });

  it('explain without the page and without tf.js', () => {
    const inner = [...TEXTS].filter(([path]) => /^(core|explain)\//.test(path));
    expect(inner.length).toBeGreaterThan(0);
    const outer = inner.flatMap(([path, text]) =>
      importsOf(text)
        .filter((name) => /^(react|react-dom|zustand|@tensorflow)(\/|$)/.test(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(outer).toEqual([]);
  });

  it('compute every method that can be asked for', () => {
    expect(METHODS.filter(({ id }) => !isComputed(id))).toEqual([]);
  });
});
