/** Which engine of a pool does what: jobs in the order in which they are asked for, then parts of those that several engines share. */

import type { AppError } from '../../core/app-error.ts';
import type { PoolableEngine } from '../engine.ts';
import { nextTask } from '../next-task.ts';
import type { Member } from './member.ts';
import { Roster } from './roster.ts';
import type { SharedJob } from './shared-job.ts';

/** Something that one engine does. */
interface Task {
  /** Of which image and layer it starts from a pass, or keeps one; null: of none. */
  readonly pass: string | null;
  /** How many engines have stopped over it. */
  stops: number;
  readonly askedAt: number;
  run(engine: PoolableEngine): Promise<void>;
  fail(error: unknown): void;
}

/**
 * After so much waiting, of one job or of several in a row, another engine is started. Where one thing is asked for after the other, as by a
 * person, it never is: an engine that gave up what it was at is free in no time.
 */
const PATIENCE_MS = 250;

/**
 * An engine that has done something is left alone for so long before it helps with what another one is at, which costs a pass: whoever asked for
 * the one thing often asks for the next.
 */
const REST_MS = 100;

/** A job that stops two engines is not given to a third. */
const MOST_STOPS_OF_A_JOB = 2;

export class Scheduler {
  readonly roster: Roster;
  readonly #waiting: Task[] = [];
  /** With how many engines have stopped over each. */
  readonly #shared = new Map<SharedJob, number>();
  readonly #lostListeners: ((reason: string) => void)[] = [];
  readonly #noticeListeners: ((sentence: string) => void)[] = [];
  /** By the jobs that had to wait since the last one that had not. */
  #waitedMs = 0;
  /** Why there will be no engine any more. */
  #ended: AppError | null = null;

  constructor(createEngine: () => PoolableEngine, size: number) {
    this.roster = new Roster(createEngine, size, {
      onChange: () => this.#assign(),
      onGone: (reason) => this.#failAll(reason),
      onLost: (reason) => {
        for (const listener of this.#lostListeners) listener(reason);
      },
      onNotice: (sentence) => {
        for (const listener of this.#noticeListeners) listener(sentence);
      },
    });
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  onNotice(listener: (sentence: string) => void): void {
    this.#noticeListeners.push(listener);
  }

  resize(size: number): void {
    this.roster.resize(size);
    this.#assign();
  }

  /** The first engine, or one that takes its place. */
  async first(): Promise<PoolableEngine> {
    if (this.#ended) throw this.#ended;
    return this.roster.first();
  }

  /** Has one engine do something: the one that has the pass, else any that is free, else the next that will be. */
  ask<Result>(pass: string | null, run: (engine: PoolableEngine) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const place = this.#waiting.indexOf(task);
        if (place < 0) return;
        this.#waiting.splice(place, 1);
        reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener('abort', onAbort);
      const task: Task = {
        pass,
        stops: 0,
        askedAt: performance.now(),
        async run(engine) {
          const result = await run(engine);
          settle();
          resolve(result);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(task);
      this.#assign();
      if (this.#waiting.includes(task)) setTimeout(() => this.#assign(), PATIENCE_MS + 10);
      else this.#waitedMs = 0;
    });
  }

  /** Has all engines that are free do a job together, those included that are free later. */
  async share(job: SharedJob, signal: AbortSignal | undefined): Promise<void> {
    if (this.#ended) throw this.#ended;
    const onAbort = () => job.fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    job.onPart = () => this.#assign();
    this.#shared.set(job, 0);
    this.#assign();
    try {
      await job.whenDone;
    } finally {
      this.#shared.delete(job);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  dispose(reason: AppError): void {
    this.#ended = reason;
    for (const member of this.roster.members) this.roster.remove(member);
    this.#failAll(reason);
  }

  #failAll(reason: AppError): void {
    for (const task of this.#waiting.splice(0)) task.fail(reason);
    for (const job of this.#shared.keys()) job.fail(reason);
  }

  #idle(pass: string | null): Member | undefined {
    const idle = this.roster.members.filter(({ isIdle }) => isIdle);
    return idle.find((member) => pass !== null && member.pass === pass) ?? idle[0];
  }

  /** Shared jobs with something to do, first those that the fewest engines are at: several at once are done sooner with an engine for each. */
  #open(): SharedJob[] {
    return [...this.#shared.keys()].filter(({ room }) => room > 0).toSorted((a, b) => a.running - b.running);
  }

  #nextPart(): { readonly member: Member; readonly job: SharedJob } | null {
    for (const job of this.#open()) {
      const member = this.#idle(job.pass);
      if (!member) return null;
      const isHelp = job.running > 0 && job.hasBegun && (job.pass === null || member.pass !== job.pass);
      if (!isHelp || performance.now() - member.freeSince >= REST_MS) return { member, job };
    }
    return null;
  }

  /**
   * Whether an engine is to stay with a shared job: it is free for another one that fewer are at, and for what waits, which an engine that is
   * the only one at a job takes on where there is no other.
   */
  #mayGoOn(member: Member, job: SharedJob): boolean {
    const [other] = this.#open();
    const isMissed = other !== undefined && other.running + 1 < job.running;
    const isWanted = this.#waiting.length > 0 && (job.running > 1 || [...this.#shared.keys()].every(({ running }) => running < 2));
    return !member.isRetiring && !isMissed && !isWanted;
  }

  /** Gives engines that are free something to do, and starts others where there is more than they can do. */
  #assign(): void {
    if (this.#ended) return;
    for (;;) {
      const [task] = this.#waiting;
      const member = task && this.#idle(task.pass);
      if (!member) break;
      this.#waiting.shift();
      this.#waitedMs += performance.now() - task.askedAt;
      void this.#runTask(member, task);
    }
    for (let next = this.#nextPart(); next; next = this.#nextPart()) void this.#runPart(next.member, next.job);
    const [longest] = this.#waiting;
    const waitedMs = longest ? this.#waitedMs + performance.now() - longest.askedAt : 0;
    const isPatient = waitedMs < PATIENCE_MS && this.roster.members.length > 0;
    const demand = [...this.#shared.keys()].reduce((sum, { wanted }) => sum + wanted, isPatient ? 0 : this.#waiting.length);
    const free = () => this.roster.members.filter(({ isBusy, isRetiring }) => !isBusy && !isRetiring).length;
    while (this.roster.members.length < this.roster.wanted && free() < demand) void this.roster.add();
  }

  async #runTask(member: Member, task: Task): Promise<void> {
    member.isBusy = true;
    member.pass = task.pass ?? member.pass;
    try {
      await task.run(member.engine);
    } catch (error) {
      if (member.stopped && ++task.stops < MOST_STOPS_OF_A_JOB) this.#waiting.unshift(task);
      else task.fail(error);
    }
    this.#release(member);
    await nextTask();
    this.#assign();
  }

  async #runPart(member: Member, job: SharedJob): Promise<void> {
    member.isBusy = true;
    member.pass = job.pass ?? member.pass;
    try {
      await job.runPart(member.engine, { engines: this.roster.wanted, mayGoOn: () => this.#mayGoOn(member, job) });
    } catch (error) {
      this.#partFailed(member, job, error);
    }
    this.#release(member);
    this.#assign();
  }

  #partFailed(member: Member, job: SharedJob, error: unknown): void {
    if (job.hasFailed) return;
    const stops = (this.#shared.get(job) ?? 0) + 1;
    const others = this.roster.members.filter((other) => other !== member && other.isReady);
    if (member.stopped) {
      this.#shared.set(job, stops);
      if (stops >= MOST_STOPS_OF_A_JOB) job.fail(member.stopped);
    } else if (!job.hasResults || others.length === 0) job.fail(error);
    // What others can do is not at fault.
    else this.roster.lose(member, error);
  }

  #release(member: Member): void {
    member.isBusy = false;
    member.freeSince = performance.now();
    if (member.isRetiring) this.roster.remove(member);
    else if (this.#shared.size > 0) setTimeout(() => this.#assign(), REST_MS + 10);
  }
}
