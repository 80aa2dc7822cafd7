import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../state/app-state.ts';
import { createTestStore, explainedStore, startedStore } from '../state/testing/test-store.ts';

type Selector = (state: AppState) => unknown;

/** What components ask of the state by name, and where that is. */
function selectorsIn(file: string): { readonly name: string; readonly from: string }[] {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  const imported = new Map(
    [...source.matchAll(/import \{([^}]*)\} from '([^']+)'/g)].flatMap(([, names = '', from = '']) =>
      names.split(',').map((name) => [name.trim(), from] as const),
    ),
  );
  return [...source.matchAll(/useApp\((\w+)\)/g)].flatMap(([, name = '']) => {
    const from = imported.get(name);
    return from ? [{ name, from: new URL(from, new URL(file, import.meta.url)).href }] : [];
  });
}

const FILES = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
const ASKED = new Map(FILES.flatMap(selectorsIn).map((asked) => [`${asked.name} ${asked.from}`, asked]));

async function eachSelector(check: (name: string, selector: Selector) => void): Promise<void> {
  for (const { name, from } of ASKED.values()) {
    const { [name]: selector }: Record<string, Selector | undefined> = await import(/* @vite-ignore */ from);
    if (!selector) throw new Error(`${from} has no ${name}`);
    check(name, selector);
  }
}

// React asks again until the answer is the same: another object each time, and the page stands still, or is gone.
describe('a selector gives the same object for the same state', () => {
  it.each([
    ['nothing has come yet', async () => createTestStore()],
    ['the model is there', () => startedStore()],
    ['an image is explained', () => explainedStore()],
  ])('when %s', async (_when, make) => {
    expect(ASKED.size).toBeGreaterThan(30);
    const { state } = await make();
    await eachSelector((name, selector) => expect(selector(state()), name).toBe(selector(state())));
  });
});
