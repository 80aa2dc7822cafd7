/**
 * Who has the engine: the only scheduler of the page.
 *
 * Every owner (the figures, a measurement, a set of images) has one job at a time. The engine goes to the job of the highest rank. Among
 * equals it goes to the one that was asked for first, but in view to the newest. A job that must give way is paused: its signal is aborted,
 * and it is run again once nothing of a higher rank is left. What it has found out by then is its own to keep, so that it resumes where it
 * was.
 */
import { asAppError } from '../core/app-error.ts';
import type { Engine } from '../protocol/engine.ts';

/**
 * What is in view goes before what was asked for, unless that was asked for while it was in view already; what runs in the background goes
 * last.
 */
export type Rank = 'in-view' | 'asked' | 'background';

export interface Job {
  /** Jobs of one owner with the same key are the same job: it is not begun anew. One without a key is like no other. */
  readonly key?: string;
  readonly rank: Rank;
  /** Runs until it is done. It may be run again after its signal was aborted, and must report nothing after that. */
  run(engine: Engine, signal: AbortSignal): Promise<void>;
}

/** `cancelled`: also by another job of the same owner. What made it fail has been said. */
export type Outcome = 'done' | 'failed' | 'cancelled';

interface Entry {
  readonly owner: string;
  readonly job: Job;
  readonly outcome: Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
  /** Of the run in progress. */
  controller: AbortController | null;
  /** The run before, as long as it has not ended: a job never runs twice at once. */
  ending: Promise<void> | null;
}

function entryOf(owner: string, job: Job): Entry {
  let settle: Entry['settle'] = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  return { owner, job, outcome, settle, controller: null, ending: null };
}

export class Jobs {
  readonly #onFailure: (message: string) => void;
  /** In the order in which they were asked for. */
  readonly #entries = new Map<string, Entry>();
  #running: Entry | null = null;
  #engine: Engine | null = null;

  /** @param onFailure what went wrong, as a sentence */
  constructor(onFailure: (message: string) => void) {
    this.#onFailure = onFailure;
  }

  /** @param engine with the model on screen; null: there is none, and everything waits */
  setEngine(engine: Engine | null): void {
    if (this.#running && this.#engine !== engine) this.#pause(this.#running);
    this.#engine = engine;
    this.#takeTurns();
  }

  /** Queues a job, in place of the owner's former one. */
  submit(owner: string, job: Job): Promise<Outcome> {
    const former = this.#entries.get(owner);
    if (former && job.key !== undefined && former.job.key === job.key) return former.outcome;
    if (former) this.#end(former, 'cancelled');
    const entry = entryOf(owner, job);
    this.#entries.set(owner, entry);
    this.#takeTurns();
    return entry.outcome;
  }

  /** @returns whether there was anything to cancel */
  cancel(owner: string): boolean {
    const entry = this.#entries.get(owner);
    if (!entry) return false;
    this.#end(entry, 'cancelled');
    this.#takeTurns();
    return true;
  }

  /** Whether the owner's job has the engine right now. */
  isRunning(owner: string): boolean {
    return this.#running?.owner === owner;
  }

  #end(entry: Entry, outcome: Outcome): void {
    this.#entries.delete(entry.owner);
    this.#pause(entry);
    entry.settle(outcome);
  }

  #pause(entry: Entry): void {
    entry.controller?.abort();
    entry.controller = null;
    if (this.#running === entry) this.#running = null;
  }

  #first(): Entry | null {
    const waiting = [...this.#entries.values()];
    const ofRank = (rank: Rank) => waiting.filter(({ job }) => job.rank === rank);
    // Of what is in view the newest is what the person just did.
    const inView = ofRank('in-view').at(-1);
    const [asked] = ofRank('asked');
    if (inView && asked) return waiting.indexOf(asked) > waiting.indexOf(inView) ? asked : inView;
    return inView ?? asked ?? ofRank('background')[0] ?? null;
  }

  #takeTurns(): void {
    const engine = this.#engine;
    const next = engine ? this.#first() : null;
    if (next === this.#running) return;
    if (this.#running) this.#pause(this.#running);
    if (!next || !engine) return;
    this.#running = next;
    const controller = new AbortController();
    next.controller = controller;
    const run = () => this.#run(next, engine, controller.signal);
    const own = next.ending ? next.ending.then(run) : run();
    next.ending = own;
    void own.then(() => {
      if (next.ending === own) next.ending = null;
    });
  }

  async #run(entry: Entry, engine: Engine, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      await entry.job.run(engine, signal);
      if (!signal.aborted) this.#end(entry, 'done');
    } catch (error) {
      if (signal.aborted) return;
      const { code, message } = asAppError(error);
      if (code === 'device-lost') {
        // Somebody else reports it, and brings the next one.
        this.setEngine(null);
        return;
      }
      this.#end(entry, 'failed');
      this.#onFailure(message);
    }
    this.#takeTurns();
  }
}
