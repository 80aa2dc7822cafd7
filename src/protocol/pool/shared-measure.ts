/**
 * A measurement whose images several engines score. One of them finds out first what the network says of the intact image and of its
 * replacements; the others take that from it.
 */
import { remainingTime } from '../../core/reports/remaining-time.ts';
import type { MapMeasures, SeriesId } from '../../metrics/measures.ts';
import type { Removal } from '../../metrics/removal.ts';
import type { PoolableEngine } from '../engine.ts';
import type { MeasureEvent, MeasureRequest } from '../measure.ts';
import { ItemQueue } from './item-queue.ts';
import { type Share, SharedJob } from './shared-job.ts';

/** As many images as a batch has on a processor. */
const LEAST = 2;
/** An engine that stops takes what it was at with it. */
const MOST = 4;

type Values = Record<SeriesId, number[]>;

export class SharedMeasure extends SharedJob {
  readonly #request: MeasureRequest;
  readonly #onEvent: (event: MeasureEvent) => void;
  #removal: Removal | null = null;
  /** Null until the leading engine has said how many images there are. */
  #queue: ItemQueue | null = null;
  #total = Number.NaN;
  readonly #measures = new Map<string, { readonly values: Values; readonly intact: number; isReported: boolean }>();
  /** Images that were scored and reported, and those that were only scored. */
  #scored = 0;
  readonly #underWay = new Map<object, number>();
  /** What was said last: what a stopped engine has lost is not taken back. */
  #reported = 0;
  #startedAt = 0;

  constructor(request: MeasureRequest, onEvent: (event: MeasureEvent) => void) {
    super(null);
    this.#request = request;
    this.#onEvent = onEvent;
  }

  get hasBegun(): boolean {
    return this.#queue !== null;
  }

  get hasResults(): boolean {
    return this.#scored > 0;
  }

  protected get isOpen(): boolean {
    return this.#queue !== null;
  }

  protected get partsLeft(): number {
    return this.#queue ? Math.ceil(this.#queue.left / LEAST) : 1;
  }

  protected get isDone(): boolean {
    return this.#scored === this.#total;
  }

  protected async run(engine: PoolableEngine, { engines, mayGoOn }: Share, controller: AbortController): Promise<void> {
    const take = () => this.#queue?.take(engines, LEAST, MOST) ?? Uint32Array.from({ length: LEAST }, (_, image) => image);
    let images = take();
    const part = { images, removal: this.#removal };
    const key = {};
    this.#underWay.set(key, 0);
    let measured: Extract<MeasureEvent, { kind: 'measured' }>[] = [];
    const isDropped = () => this.hasFailed || controller.signal.aborted || !this.#underWay.has(key);
    const receive = (event: MeasureEvent) => {
      if (isDropped()) return;
      if (event.kind === 'measured') measured.push(event);
      else if (event.kind === 'removal') this.#lead(event);
      else this.#progress(key, event);
    };
    /** All that it was given is done. */
    const finish = () => {
      // Without a single map to be ranked there is nothing to be scored.
      if (!this.#queue) this.#begin(0);
      this.#scored += images.filter((image) => image < this.#total).length;
      this.#underWay.set(key, 0);
      images = new Uint32Array();
      for (const event of measured) this.#merge(event);
      measured = [];
    };
    const more = async () => {
      if (isDropped()) return new Uint32Array();
      finish();
      if (mayGoOn()) images = take();
      return images;
    };
    try {
      await engine.measure({ ...this.#request, part }, receive, controller.signal, more);
      if (!this.hasFailed) finish();
    } catch (error) {
      this.#queue?.giveBack(images.filter((image) => image < this.#total));
      throw error;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #lead(event: Extract<MeasureEvent, { kind: 'removal' }>): void {
    this.#removal = event.removal;
    this.#onEvent(event);
    this.#startedAt = performance.now();
  }

  #begin(total: number): void {
    this.#total = total;
    this.#queue = new ItemQueue(Uint32Array.from({ length: Math.max(0, total - LEAST) }, (_, i) => LEAST + i));
    this.onPart();
  }

  #progress(key: object, { done, total }: Extract<MeasureEvent, { kind: 'progress' }>): void {
    if (!this.#queue) this.#begin(total);
    this.#underWay.set(key, done);
    const all = [...this.#underWay.values()].reduce((sum, own) => sum + own, this.#scored);
    if (all <= this.#reported) return;
    this.#reported = all;
    this.#onEvent({ kind: 'progress', done: all, total, remainingMs: remainingTime(all, total, performance.now() - this.#startedAt) });
  }

  /** Fills in what a part found out, and reports the map when nothing is missing any more. */
  #merge({ id, measures: { intact, ...found } }: Extract<MeasureEvent, { kind: 'measured' }>): void {
    const known = this.#measures.get(id) ?? { values: copyOf(found), intact, isReported: false };
    this.#measures.set(id, known);
    for (const [series, values] of Object.entries(found) as [SeriesId, readonly number[]][]) {
      for (const [i, value] of values.entries()) if (!Number.isNaN(value)) known.values[series][i] = value;
    }
    const isWhole = Object.values(known.values).every((values) => !values.some(Number.isNaN));
    if (isWhole) this.#report(id);
    if (this.isDone) for (const other of this.#measures.keys()) this.#report(other);
  }

  #report(id: string): void {
    const known = this.#measures.get(id);
    if (!known || known.isReported) return;
    known.isReported = true;
    this.#onEvent({ kind: 'measured', id, measures: { ...known.values, intact: known.intact } });
  }
}

function copyOf(measures: Omit<MapMeasures, 'intact'>): Values {
  return Object.fromEntries(Object.entries(measures).map(([series, values]) => [series, [...values]])) as Values;
}
