/** The types of the library's entry points: what the compiler says of them, and of all that they name. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** A file of ours that a declaration names, as it stands in the quotes. */
const OWN_FILE = /(?<=\b(?:from|import\()\s*')\.{1,2}\/[^']+(?=\.ts')/g;

/**
 * @param entries source files, from the root
 * @param out the folder, in which `types` is made
 */
export async function writeTypes(root: string, entries: readonly string[], out: string): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), 'types-'));
  try {
    await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tools/package/tsconfig.json'), '--outDir', emitted]);
    const wanted = new Set(entries.map((entry) => relative('src', entry).replace(/\.ts$/, '')));
    // What is added while the set is walked through is visited too.
    for (const file of wanted) {
      const text = await readFile(join(emitted, `${file}.d.ts`), 'utf8');
      for (const [named] of text.matchAll(OWN_FILE)) wanted.add(join(dirname(file), named));
      const target = join(out, 'types', `${file}.d.ts`);
      await mkdir(dirname(target), { recursive: true });
      // Whoever uses them has no sources: the compiler looks for the declarations beside the built file.
      await writeFile(target, text.replace(/(?<=\b(?:from|import\()\s*'\.{1,2}\/[^']+)\.ts(?=')/g, '.js'));
    }
  } finally {
    await rm(emitted, { recursive: true });
  }
}
