/** One engine of a pool, and what it is at. */
import type { AppError } from '../../core/app-error.ts';
import type { PoolableEngine } from '../engine.ts';

export class Member {
  readonly engine: PoolableEngine;
  /** Has started, and has the model. */
  isReady = false;
  /** Settles once it is ready, or cannot be; null before it is prepared, and for the first one. */
  preparing: Promise<void> | null = null;
  isBusy = false;
  /** When it was done with what it was at last. */
  freeSince = Number.NEGATIVE_INFINITY;
  /** Ends as soon as it is idle: the pool became smaller. */
  isRetiring = false;
  /** Why it is of no more use; null while it is. */
  stopped: AppError | null = null;
  /** Of which image and layer it has kept a pass. */
  pass: string | null = null;

  constructor(engine: PoolableEngine) {
    this.engine = engine;
  }

  get isIdle(): boolean {
    return this.isReady && !this.isBusy && !this.isRetiring && this.stopped === null;
  }
}
