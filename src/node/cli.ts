#!/usr/bin/env node
/** The program itself: the one place where it meets the process that it runs in. */
import { EXIT_CODES, failed } from './exit-code.ts';
import { main } from './main.ts';
import { unprintable } from './output/whole-file.ts';
import { processTerminal } from './terminal.ts';
import { ThreadWorker } from './worker/thread-worker.ts';

const isSource = import.meta.url.endsWith('.ts');
/** Built, it lies in the same folder. */
const THREAD = new URL('./thread.js', import.meta.url);

async function localWorkers() {
  const { LocalWorker } = await import('./worker/local-worker.ts');
  return () => new LocalWorker();
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads no more than the beginning has closed the pipe.
  if (error.code === 'EPIPE') process.exit(EXIT_CODES.done.code);
  process.exit(failed(unprintable(error), terminal.say));
});
// Where nobody can be told, the code still says how it ended.
process.stderr.on('error', () => {});

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Whoever asks twice does not want to wait.
    if (stop.signal.aborted) process.exit(EXIT_CODES.stopped.code);
    stop.abort();
  });
}

// The build fills it in.
const version = isSource ? 'unbuilt' : __APP_VERSION__;
const terminal = processTerminal();
// Sources are read by a loader, which threads do not have.
const makeWorker = isSource ? await localWorkers() : () => new ThreadWorker(THREAD);
process.exitCode = await main(process.argv.slice(2), {
  terminal,
  signal: stop.signal,
  version,
  makeWorker,
  mostWorkers: isSource ? 1 : Number.POSITIVE_INFINITY,
});
