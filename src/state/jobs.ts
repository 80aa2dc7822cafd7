/**
 * Who has the engine: the only scheduler of the page.
 *
 * Every owner (the figures, a measurement, a set of pictures) has one job at a time. The engine goes to the job of the highest rank, and among equals to the
 * one that was asked for first. A job that must give way is paused: its signal is aborted, and it is run again once nothing of a higher rank is
 * left. What it has found out by then is its own to keep, so that it resumes where it was.
 */
import { asAppError } from '../core/app-error.ts';

/** What is in view goes first, then what was asked for, then what runs in the background. */
const RANKS = ['in-view', 'asked', 'background'] as const;

export type Rank = (typeof RANKS)[number];

export interface Job {
  /** Jobs of one owner with the same key are the same job: it is not begun anew. */
  readonly key: string;
  readonly rank: Rank;
  /** Runs until it is done. It may be run again after its signal was aborted, and must report nothing after that. */
  run(signal: AbortSignal): Promise<void>;
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
  /** The run before has ended: a job never runs twice at once. */
  ended: Promise<void>;
}

function entryOf(owner: string, job: Job): Entry {
  let settle: Entry['settle'] = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  return { owner, job, outcome, settle, controller: null, ended: Promise.resolve() };
}

export class Jobs {
  readonly #onFailure: (owner: string, message: string) => void;
  /** In the order in which they were asked for. */
  readonly #entries = new Map<string, Entry>();
  #running: Entry | null = null;
  #isOpen = false;

  /** @param onFailure what went wrong, as a sentence */
  constructor(onFailure: (owner: string, message: string) => void) {
    this.#onFailure = onFailure;
  }

  /** Whether there is an engine to be had; while there is none, everything waits. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#takeTurns();
  }

  /** Puts a job in line, in place of the owner's former one. */
  submit(owner: string, job: Job): Promise<Outcome> {
    const former = this.#entries.get(owner);
    if (former?.job.key === job.key) return former.outcome;
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
    for (const rank of RANKS) {
      const found = waiting.find(({ job }) => job.rank === rank);
      if (found) return found;
    }
    return null;
  }

  #takeTurns(): void {
    const next = this.#isOpen ? this.#first() : null;
    if (next === this.#running) return;
    if (this.#running) this.#pause(this.#running);
    if (!next) return;
    this.#running = next;
    const controller = new AbortController();
    next.controller = controller;
    next.ended = next.ended.then(() => this.#run(next, controller.signal));
  }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      await entry.job.run(signal);
      if (!signal.aborted) this.#end(entry, 'done');
    } catch (error) {
      if (signal.aborted) return;
      const { code, message } = asAppError(error);
      if (code === 'device-lost') {
        // Somebody else reports it, and opens the line again once there is a new engine.
        this.setOpen(false);
        return;
      }
      this.#end(entry, 'failed');
      this.#onFailure(entry.owner, message);
    }
    this.#takeTurns();
  }
}
