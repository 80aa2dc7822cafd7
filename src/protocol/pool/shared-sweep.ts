/**
 * A sweep whose items several engines run. One of them leads: what it says of the intact network, and of what is swept, is the job's. The
 * others run their own pass, which must say the same, and then parts of the items.
 */
import { AppError } from '../../core/app-error.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import type { SweepWork } from '../../explain/work.ts';
import type { PoolableEngine } from '../engine.ts';
import type { ExplainEvent, ExplainRequest } from '../explain.ts';
import { ItemQueue } from './item-queue.ts';
import { SharedJob } from './shared-job.ts';

export interface SweepRequest extends ExplainRequest {
  readonly work: SweepWork;
}

/** As many items as a part has at least, until it is known how many a batch has: smaller batches run slower. */
const FIRST_LEAST = 16;

/** What rounding makes of the same scores, as a share of the largest; with the same arithmetic it makes nothing. */
const MOST_APART = 1e-4;

export class SharedSweep extends SharedJob {
  readonly #request: SweepRequest;
  readonly #onEvent: (event: ExplainEvent) => void;
  readonly #queue: ItemQueue;
  readonly #total: number;
  /** What the leading engine says of the intact network, `[classes]`. */
  #baseline: Float32Array | null = null;
  #hasBegun = false;
  #done = 0;
  #batch = FIRST_LEAST;
  #startedAt = 0;
  #reportedAt = 0;

  /**
   * @param items those of the request, or all there are
   * @param onEvent told nothing more once the job has failed
   */
  constructor(request: SweepRequest, items: Uint32Array, pass: string, onEvent: (event: ExplainEvent) => void) {
    super(pass);
    this.#request = request;
    this.#onEvent = onEvent;
    this.#queue = new ItemQueue(items);
    this.#total = items.length;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  protected get partsLeft(): number {
    return Math.ceil(this.#queue.left / this.#batch);
  }

  protected get isDone(): boolean {
    return this.#done === this.#total;
  }

  protected async run(engine: PoolableEngine, engines: number, controller: AbortController): Promise<void> {
    const items = this.#queue.take(engines, this.#batch);
    const left = new Set(items);
    const isLeading = !this.#hasBegun;
    let shift: Float32Array | null = null;
    let isOver = false;
    const receive = (event: ExplainEvent) => {
      if (isOver || this.hasFailed || controller.signal.aborted) return;
      if (event.kind === 'items') this.#take(event, shift, left);
      else if (event.kind === 'logits' && !isLeading) {
        shift = this.#shiftFrom(event.logits);
        if (shift?.some(Number.isNaN)) controller.abort(new AppError('internal', 'Two engines gave different scores for the same image.'));
      } else if (isLeading) this.#lead(event);
    };
    try {
      await engine.explain({ ...this.#request, work: { ...this.#request.work, items } }, receive, controller.signal);
      if (left.size > 0) throw new AppError('internal', 'An engine left out a part of a sweep; please reload the page.');
    } finally {
      isOver = true;
      this.#queue.giveBack(items.filter((item) => left.has(item)));
    }
  }

  #lead(event: ExplainEvent): void {
    if (event.kind === 'logits') {
      this.#baseline = Float32Array.from(event.logits);
      this.#onEvent(event);
    } else if (event.kind === 'begun') {
      this.#startedAt = performance.now();
      this.#reportedAt = this.#startedAt;
      this.#hasBegun = true;
      this.#onEvent(event);
      this.onPart();
    }
  }

  /**
   * What must be added to an engine's scores so that they stand to the leading engine's as they stand to its own: each drop is from the
   * scores of its own run.
   *
   * @returns null for nothing; no numbers for an engine that says something else of the same image, whose scores are of no use
   */
  #shiftFrom(logits: Float32Array): Float32Array | null {
    const baseline = this.#baseline ?? logits;
    const shift = baseline.map((value, i) => value - (logits[i] ?? Number.NaN));
    if (shift.every((value) => value === 0)) return null;
    const largest = baseline.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return shift.map((value) => (Math.abs(value) <= MOST_APART * largest ? value : Number.NaN));
  }

  #take({ swept, durationMs }: Extract<ExplainEvent, { kind: 'items' }>, shift: Float32Array | null, left: Set<number>): void {
    const { items, logits } = swept;
    const isFirst = this.#done === 0;
    for (const item of items) if (left.delete(item)) this.#done++;
    if (shift) for (let i = 0; i < logits.length; i++) logits[i] = (logits[i] ?? 0) + (shift[i % shift.length] ?? 0);
    this.#batch = Math.max(this.#batch, items.length);
    const now = performance.now();
    const since = isFirst ? { durationMs, engines: 1 } : { durationMs: now - this.#reportedAt, engines: this.running };
    this.#onEvent({ kind: 'items', swept: { items, logits }, ...since });
    this.#reportedAt = now;
    const remainingMs = remainingTime(this.#done, this.#total, now - this.#startedAt);
    this.#onEvent({ kind: 'progress', done: this.#done, total: this.#total, remainingMs });
  }
}
