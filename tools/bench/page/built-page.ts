/** The page as it is built: of the working tree, or of another commit, with that commit's own dependencies. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from 'vite';

const ROOT = join(import.meta.dirname, '../../..');

/** A folder with the sources of a page; `remove` takes away what was made for it. */
export interface PageSource {
  readonly folder: string;
  remove(): void;
}

export const WORKING_TREE: PageSource = { folder: ROOT, remove: () => {} };

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

function npm(folder: string, ...words: string[]): void {
  execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}

/**
 * Checks a commit out into a temporary worktree.
 *
 * @param commit anything that git takes for one
 * @throws Error where there is no such commit
 */
export function checkedOut(commit: string): PageSource {
  const hash = git('rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`);
  const above = mkdtempSync(join(tmpdir(), 'bench-'));
  const folder = join(above, 'page');
  const remove = () => {
    git('worktree', 'remove', '--force', folder);
    rmSync(above, { recursive: true, force: true });
  };
  git('worktree', 'add', '--quiet', '--detach', folder, hash);
  try {
    const lock = (root: string) => readFileSync(join(root, 'package-lock.json'), 'utf8');
    if (lock(folder) === lock(ROOT)) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    else npm(folder, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline');
  } catch (cause) {
    remove();
    throw cause;
  }
  return { folder, remove };
}

/** Builds the page and serves it as `npm start` does there. */
export async function serveBuilt({ folder }: PageSource): Promise<{ readonly url: string; close(): Promise<void> }> {
  npm(folder, 'run', 'build');
  const server = await preview({
    root: folder,
    configFile: join(folder, 'vite.config.ts'),
    logLevel: 'warn',
    preview: { port: 0, host: '127.0.0.1' },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error('the preview server has no local URL');
  return { url, close: () => server.close() };
}
