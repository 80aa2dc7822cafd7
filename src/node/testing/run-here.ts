/** Runs a command in this process, and hears what it says. */
import { main } from '../main.ts';
import type { MakeWorker } from '../run/crew.ts';
import { LocalWorker } from '../worker/local-worker.ts';

export interface Ended {
  readonly code: number;
  /** On standard output. */
  readonly printed: string;
  /** On standard error. */
  readonly said: string;
}

export interface Surroundings {
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly makeWorker?: MakeWorker;
}

export async function runHere(argv: readonly string[], { input = '', signal, makeWorker }: Surroundings = {}): Promise<Ended> {
  const printed: string[] = [];
  const said: string[] = [];
  const code = await main(argv, {
    terminal: {
      print: (text) => void printed.push(text),
      say: (text) => void said.push(text),
      note: () => {},
      show: () => {},
      read: async () => input,
    },
    signal: signal ?? new AbortController().signal,
    version: 'test',
    makeWorker: makeWorker ?? (() => new LocalWorker()),
    mostWorkers: 1,
  });
  return { code, printed: printed.join('\n'), said: said.join('\n') };
}
