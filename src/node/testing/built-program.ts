/** The program as it is published, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '../../..');

export interface BuiltProgram {
  /** Its file. */
  readonly file: string;
  /** Starts it without waiting for its end. */
  start(argv: readonly string[], options?: { readonly shell?: string; readonly env?: Record<string, string> }): RunningProgram;
  remove(): void;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string; readonly said: string }>;
}

/** Builds it into a folder of its own, from which the libraries are found as from the package's. */
export async function buildProgram(): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(ROOT, 'node_modules/.program-'));
  await build({
    configFile: join(ROOT, 'vite.node.config.ts'),
    root: ROOT,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  const file = join(folder, 'cli.js');
  return {
    file,
    start(argv, { shell, env = {} } = {}) {
      const options = { env: { ...process.env, ...env } };
      // What a shell says before is said to the program's own process: it takes the shell's place.
      const child = shell
        ? spawn('bash', ['-c', `${shell}; exec "$@"`, 'bash', process.execPath, file, ...argv], options)
        : spawn(process.execPath, [file, ...argv], options);
      let printed = '';
      let said = '';
      child.stdout.on('data', (part) => {
        printed += part;
      });
      child.stderr.on('data', (part) => {
        said += part;
      });
      const ended = new Promise<Awaited<RunningProgram['ended']>>((resolve) => {
        child.on('close', (code) => resolve({ code, printed, said }));
      });
      return { child, ended };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
