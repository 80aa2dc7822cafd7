/** What the fake engine was asked for: jobs that wait for the test to answer them. */

import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import type { HubName } from '../../core/models/hub-name.ts';
import { positionGrid } from '../../explain/ablation-plan.ts';
import { patchWindows } from '../../explain/input/input-settings.ts';
import { isAboutImage, isSweepWork } from '../../explain/work.ts';
import type { HubDownload, LoadProgress, ModelInfo, ModelSource } from '../../protocol/engine.ts';
import type { ExplainEvent, ExplainRequest, WithoutCellsRequest } from '../../protocol/explain.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from '../../protocol/measure.ts';
import { LOGITS } from './fake-model.ts';

const FORWARD_MS = 5;
/** The pixels of the fake model's input. */
const FAKE_INPUT = { rows: 8, columns: 8 };

/** The first item carries half a logit of ash, every other one a whole one of birch. */
function ablatedLogits(item: number): number[] {
  return item === 0 ? [0.5, 3, 2] : [1, 2, 2];
}

/** A job that waits for the test. */
class Job<Result> {
  readonly result: Promise<Result>;
  readonly signal: AbortSignal | undefined;
  /** Not finished, failed or cancelled yet. */
  isOpen = true;
  #settle: { resolve(result: Result): void; reject(reason: unknown): void } | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
    this.result = new Promise((resolve, reject) => {
      const onAbort = () => {
        this.isOpen = false;
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener('abort', onAbort);
      this.#settle = {
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort);
    });
  }

  finish(result: Result): Promise<void> {
    this.isOpen = false;
    this.#settle?.resolve(result);
    return settled();
  }

  fail(reason: unknown): Promise<void> {
    this.isOpen = false;
    this.#settle?.reject(reason);
    return settled();
  }
}

/** Lets everything that only waits for promises run to its end. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

export class ExplainJob extends Job<void> {
  readonly request: ExplainRequest;
  readonly emit: (event: ExplainEvent) => void;

  constructor(request: ExplainRequest, emit: (event: ExplainEvent) => void, signal: AbortSignal | undefined) {
    super(signal);
    this.request = request;
    this.emit = emit;
  }

  emitLogits(logits: readonly number[] = LOGITS): void {
    this.emit({ kind: 'logits', logits: Float32Array.from(logits), durationMs: FORWARD_MS });
  }

  get #cells() {
    const { work } = this.request;
    if (work && isAboutImage(work)) return FAKE_INPUT;
    return this.request.layer === 'long' ? { rows: 10, columns: 10 } : { rows: 1, columns: 2 };
  }

  /** A sweep's beginning; its items follow by `emitItems`. */
  emitBegun(): void {
    const { work } = this.request;
    const cells = this.#cells;
    if (!work || !isSweepWork(work)) return;
    const activation = work.ablation || isAboutImage(work) ? null : new Float32Array(cells.rows * cells.columns * 4).fill(1);
    this.emit({ kind: 'begun', cells, activation, forwardMs: FORWARD_MS });
  }

  /** The first `count` of the items that were asked for, or all of them. */
  emitItems(count = Number.POSITIVE_INFINITY): void {
    const { work } = this.request;
    if (!work || !isSweepWork(work)) return;
    const windows = work.occlusion ? patchWindows(this.#cells, work.occlusion) : work.ablation;
    const { rows, columns } = windows ? positionGrid(this.#cells, windows) : { rows: work.masks?.count ?? 4, columns: 1 };
    const wanted = work.items ?? Uint32Array.from({ length: rows * columns }, (_, item) => item);
    const items = wanted.slice(0, count);
    const logits = Float32Array.from([...items].flatMap(ablatedLogits));
    this.emit({ kind: 'items', swept: { items, logits }, durationMs: 7 });
    this.emit({ kind: 'progress', done: items.length, total: wanted.length, remainingMs: null });
  }

  /** The work that was asked for, whole. */
  emitResult(): void {
    const { work } = this.request;
    if (work && !isSweepWork(work)) {
      const { rows, columns } = this.#cells;
      // The later a cell, the larger its estimate; the first one carries the class, so that maps of different classes differ.
      const values = Float32Array.from({ length: rows * columns }, (_, cell) => (cell === 0 ? (work.score?.classIndex ?? 1) : -cell));
      this.emit({
        kind: 'map',
        result: { method: work.method, score: work.score, map: { rows, columns, values }, scale: 1, durationMs: 6, forwardMs: FORWARD_MS },
      });
    }
    this.emitBegun();
    this.emitItems();
  }

  /** Reports everything that was asked for, of an image with these logits. */
  async answer(logits?: readonly number[]): Promise<void> {
    this.emitLogits(logits);
    this.emitResult();
    await this.finish();
  }
}

export class LoadJob extends Job<ModelInfo> {
  readonly source: ModelSource;
  readonly report: (progress: LoadProgress) => void;

  constructor(source: ModelSource, report: (progress: LoadProgress) => void, signal: AbortSignal | undefined) {
    super(signal);
    this.source = source;
    this.report = report;
  }
}

export class DownloadJob extends Job<readonly File[]> {
  readonly url: string;
  readonly report: (progress: LoadProgress) => void;

  constructor(url: string, report: (progress: LoadProgress) => void, signal: AbortSignal | undefined) {
    super(signal);
    this.url = url;
    this.report = report;
  }
}

export class WithoutCellsJob extends Job<Float32Array> {
  readonly request: WithoutCellsRequest;

  constructor(request: WithoutCellsRequest, signal: AbortSignal | undefined) {
    super(signal);
    this.request = request;
  }
}

export class MeasureJob extends Job<void> {
  readonly request: MeasureRequest;
  readonly emit: (event: MeasureEvent) => void;

  constructor(request: MeasureRequest, emit: (event: MeasureEvent) => void, signal: AbortSignal | undefined) {
    super(signal);
    this.request = request;
    this.emit = emit;
  }
}

export class SanityJob extends Job<void> {
  readonly request: SanityRequest;
  readonly emit: (event: SanityEvent) => void;

  constructor(request: SanityRequest, emit: (event: SanityEvent) => void, signal: AbortSignal | undefined) {
    super(signal);
    this.request = request;
    this.emit = emit;
  }
}

export class HubSearch extends Job<readonly HubResult[]> {
  readonly hub: string;
  readonly query: HubQuery;

  constructor(hub: string, query: HubQuery, signal: AbortSignal | undefined) {
    super(signal);
    this.hub = hub;
    this.query = query;
  }
}

export class HubJob extends Job<HubDownload> {
  readonly hub: string;
  readonly name: HubName;
  readonly report: (progress: LoadProgress) => void;

  constructor(hub: string, name: HubName, report: (progress: LoadProgress) => void, signal: AbortSignal | undefined) {
    super(signal);
    this.hub = hub;
    this.name = name;
    this.report = report;
  }
}
