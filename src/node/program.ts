/** What a command may use of its surroundings. */
import type { MakeWorker } from './run/crew.ts';
import type { Terminal } from './terminal.ts';

export interface Program {
  readonly terminal: Terminal;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** A worker for images, in a thread of its own where there are threads. */
  readonly makeWorker: MakeWorker;
  /** One where they are all in this thread: they would share what tf.js keeps for a thread. */
  readonly mostWorkers: number;
}
