import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WIDTH = 120;
/** What is made, fetched, or somebody else's. */
const PASSED_BY = new Set(['node_modules', 'dist', 'test-results', 'playwright-report']);

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || PASSED_BY.has(entry.name) ? [] : markdownIn(path);
    return entry.name.endsWith('.md') ? [relative(ROOT, path)] : [];
  });
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The lines of a document, without those of blocks of code. */
function linesOf(text: string): string[] {
  let fence: string | null = null;
  return text.split('\n').filter((line) => {
    const [, mark = null] = /^\s*(```|~~~)/.exec(line) ?? [];
    const isInside = fence !== null;
    if (mark !== null && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    return mark === null && !isInside;
  });
}

/** Whether a line is too long, and could be broken: code and links have no place for that. */
function isTooLong(line: string): boolean {
  if (line.length <= WIDTH || line.startsWith('|')) return false;
  const unbroken = line.replace(/`[^`]+`|\]\([^)]*\)/g, (whole) => '_'.repeat(whole.length));
  return /^\s*([-*+]|\d+\.)?\s*\S.*\s/.test(unbroken.slice(0, WIDTH + 1));
}

/** The anchors that hosts make of headings: of headings that are alike, those after the first are numbered. */
function anchorsIn(text: string): string[] {
  const counts = new Map<string, number>();
  return linesOf(text).flatMap((line) => {
    const [, heading] = /^#+ (.*)$/.exec(line) ?? [];
    const words = heading?.toLowerCase().replace(/[^\p{Letter}\p{Number} _-]/gu, '');
    if (words === undefined) return [];
    const anchor = words.trim().replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return [count === 0 ? anchor : `${anchor}-${count}`];
  });
}

interface Link {
  readonly target: string;
  readonly anchor: string;
}

/** Links to other places in the repository. */
function linksIn(text: string): Link[] {
  const targets = [
    ...linesOf(text)
      .join('\n')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { target: path, anchor };
    });
}

/** Files of ours that are named in code, from the root or from `src`. */
function filesNamedIn(text: string): string[] {
  const inCode = [
    ...linesOf(text)
      .join('\n')
      .matchAll(/`([^`]+)`/g),
  ].map(([, code = '']) => code);
  return inCode.filter((code) =>
    /^(src|core|explain|metrics|formats|protocol|engine|sets|state|platform|node|ui|e2e|tools)\/[\w/.-]*\.\w+$/.test(code),
  );
}

const DOCUMENTS = markdownIn(ROOT).sort();

describe.each(DOCUMENTS)('%s', (path) => {
  const text = textOf(path);

  // The library's reference is made from its sources.
  it.skipIf(path.startsWith('docs/api/'))('wraps its prose', () => {
    expect(linesOf(text).filter(isTooLong)).toEqual([]);
  });

  it('links to what is there', () => {
    const broken = linksIn(text).filter(({ target, anchor }) => {
      const file = target === '' ? path : relative(ROOT, join(ROOT, dirname(path), target));
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== '' && !anchorsIn(textOf(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('names files that are there', () => {
  const named = DOCUMENTS.flatMap((path) => filesNamedIn(textOf(path)).map((file) => ({ path, file })));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ file }) => !existsSync(join(ROOT, file)) && !existsSync(join(ROOT, 'src', file)))).toEqual([]);
});

describe('the README', () => {
  const readme = textOf('README.md');

  it('says how to try and how to test it, in two commands', () => {
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
  });

  it('is read in a minute, and leads to every other document', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(130);
    const linked = linksIn(readme).map(({ target }) => target);
    const others = DOCUMENTS.filter((path) => /^(docs\/)?[\w-]+\.md$/.test(path) && path !== 'README.md');
    expect(others.length).toBeGreaterThan(5);
    expect(others.filter((path) => !linked.includes(path))).toEqual([]);
  });
});
