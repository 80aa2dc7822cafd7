/** A job that several engines do together: what sweeps and measurements have in common. */
import type { PoolableEngine } from '../engine.ts';

/** One engine's share of a job. */
export interface Share {
  /** How many engines share the job. */
  readonly engines: number;
  /** Whether the engine is to go on with it, once it has done what it was given: there may be other things for it to do. */
  mayGoOn(): boolean;
}

export abstract class SharedJob {
  /** Of which image and layer its parts start from a pass; null: of none. */
  readonly pass: string | null;
  /** Settles once it is done, or has failed, and all engines have let go of it. */
  readonly whenDone: Promise<void>;
  /** Called when there is something for others to do. */
  onPart: () => void = () => {};
  readonly #running = new Set<AbortController>();
  #error: { readonly reason: unknown } | null = null;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(pass: string | null) {
    this.pass = pass;
    this.whenDone = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** How many more engines can be put to work now. */
  get room(): number {
    if (this.#error) return 0;
    const parts = this.partsLeft;
    return this.isOpen ? parts : Math.min(parts, 1 - this.#running.size);
  }

  /** How many engines it is worth having for what has not been begun. */
  get wanted(): number {
    return this.#error ? 0 : this.partsLeft;
  }

  /**
   * Has the engine do some of it, for as long as it may go on. What it leaves undone when it fails is there again for others.
   *
   * @throws what made it fail
   */
  async runPart(engine: PoolableEngine, share: Share): Promise<void> {
    const controller = new AbortController();
    this.#running.add(controller);
    try {
      await this.run(engine, share, controller);
    } finally {
      this.#running.delete(controller);
      this.#endIfDone();
    }
  }

  fail(reason: unknown): void {
    if (this.#error) return;
    this.#error = { reason };
    for (const controller of this.#running) controller.abort(reason);
    this.#endIfDone();
  }

  /** How many engines are at it. */
  get running(): number {
    return this.#running.size;
  }

  get hasFailed(): boolean {
    return this.#error !== null;
  }

  /** Whether an engine has prepared it. */
  abstract readonly hasBegun: boolean;
  /** Whether anything of it has been found out: what fails before that fails with every engine. */
  abstract readonly hasResults: boolean;
  /** Whether more than one engine can be at it. */
  protected abstract readonly isOpen: boolean;
  /** How many parts could be made of what no engine has. */
  protected abstract readonly partsLeft: number;
  protected abstract readonly isDone: boolean;
  /** @param controller of this engine's share alone */
  protected abstract run(engine: PoolableEngine, share: Share, controller: AbortController): Promise<void>;

  #endIfDone(): void {
    if (this.#running.size > 0) return;
    if (this.#error) this.#reject(this.#error.reason);
    else if (this.isDone) this.#resolve();
  }
}
