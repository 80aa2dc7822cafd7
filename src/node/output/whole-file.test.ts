import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './whole-file.ts';

const root = mkdtempSync(join(tmpdir(), 'folders-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('folders', () => {
  it('are made with those above them, by several at once', async () => {
    for (let round = 0; round < 60; round++) {
      const path = [`${round}`, 'maps', 'trees', 'ash', 'old'];
      const folders = [5, 1, 4, 2, 3, 5].map((depth) => join(root, ...path.slice(0, depth)));
      await Promise.all(folders.map((folder) => makeFolder(folder)));
      expect(folders.every((folder) => statSync(folder).isDirectory())).toBe(true);
    }
  });

  it('that cannot be are refused, and soon', async () => {
    await expect(makeFolder('/proc/there-is-no-such-folder/below')).rejects.toThrow();
  });
});
