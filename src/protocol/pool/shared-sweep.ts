/**
 * A sweep whose items several engines run. Each runs a pass of its own first, all at the same time. What the first one says of the intact
 * network, and of what is swept, is the job's; the others must say the same.
 */
import { AppError } from '../../core/app-error.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import type { SweepWork } from '../../explain/work.ts';
import type { PoolableEngine } from '../engine.ts';
import type { ExplainEvent, ExplainRequest } from '../explain.ts';
import { ItemQueue } from './item-queue.ts';
import { type Share, SharedJob } from './shared-job.ts';

export interface SweepRequest extends ExplainRequest {
  readonly work: SweepWork;
}

/** Fewer items at once run slower; more in the end leave an engine idle for longer. */
const LEAST = 4;
/** As many batches an engine is given at once: it is free for something else after that. */
const MOST_BATCHES = 2;
/** Until it is known how many items a batch has. */
const FIRST_BATCH = 16;

/** What rounding makes of the same scores, as a share of the largest; with the same arithmetic it makes nothing. */
const MOST_APART = 1e-4;

const DISAGREEMENT = new AppError(
  'internal',
  'Two engines gave different scores for the same image, so that there is no map; please reload the page, or choose one engine under Ablation.',
);

export class SharedSweep extends SharedJob {
  readonly #request: SweepRequest;
  readonly #onEvent: (event: ExplainEvent) => void;
  readonly #queue: ItemQueue;
  readonly #total: number;
  /** What the first engine says of the intact network, `[classes]`. */
  #baseline: Float32Array | null = null;
  #hasBegun = false;
  #done = 0;
  #batch = FIRST_BATCH;
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

  get hasResults(): boolean {
    return this.#done > 0;
  }

  protected get isOpen(): boolean {
    return true;
  }

  protected get partsLeft(): number {
    return Math.ceil(this.#queue.left / LEAST);
  }

  protected get isDone(): boolean {
    return this.#done === this.#total;
  }

  protected async run(engine: PoolableEngine, { engines, mayGoOn }: Share, controller: AbortController): Promise<void> {
    const left = new Set<number>();
    const take = () => {
      const items = this.#queue.take(engines, LEAST, MOST_BATCHES * this.#batch);
      for (const item of items) left.add(item);
      return items;
    };
    let shift: Float32Array | null = null;
    let isOver = false;
    const receive = (event: ExplainEvent) => {
      if (isOver || this.hasFailed || controller.signal.aborted) return;
      if (event.kind === 'items') this.#take(event, shift, left);
      else if (event.kind === 'begun') this.#begin(event);
      else if (event.kind === 'logits') shift = this.#shiftFrom(event);
    };
    // What was left out is none of what an engine may go on from.
    const more = async () => (isOver || this.hasFailed || left.size > 0 || !mayGoOn() ? new Uint32Array() : take());
    try {
      const request = { ...this.#request, work: { ...this.#request.work, items: take() } };
      await engine.explain(request, receive, controller.signal, more);
      if (left.size > 0) throw new AppError('internal', 'An engine left out a part of a sweep; please reload the page.');
    } finally {
      isOver = true;
      this.#queue.giveBack(Uint32Array.from(left));
    }
  }

  #begin(event: Extract<ExplainEvent, { kind: 'begun' }>): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#startedAt = performance.now();
    this.#reportedAt = this.#startedAt;
    this.#onEvent(event);
  }

  /**
   * What must be added to an engine's scores so that they stand to the first engine's as they stand to its own: each drop is from the scores
   * of its own run. Where that is more than rounding, no one can tell which of them is right, and there is no map.
   *
   * @returns null for nothing
   */
  #shiftFrom(event: Extract<ExplainEvent, { kind: 'logits' }>): Float32Array | null {
    if (!this.#baseline) {
      this.#baseline = Float32Array.from(event.logits);
      this.#onEvent(event);
      return null;
    }
    const shift = this.#baseline.map((value, i) => value - (event.logits[i] ?? Number.NaN));
    if (shift.every((value) => value === 0)) return null;
    const largest = this.#baseline.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!shift.every((value) => Math.abs(value) <= MOST_APART * largest)) this.fail(DISAGREEMENT);
    return shift;
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
