/** An engine for pools, which goes through its sweeps batch by batch when the test says so. */
import { AppError } from '../../core/app-error.ts';
import type { Grid } from '../../core/maps/grid.ts';
import { isSweepWork } from '../../explain/work.ts';
import type { Removal } from '../../metrics/removal.ts';
import { measuresWith } from '../../metrics/testing/made-up.ts';
import type { BackendName, DeviceInfo, LoadProgress, ModelInfo, ModelSource, NetworkPlans, SharedModel } from '../engine.ts';
import type { ExplainEvent, ExplainRequest, MoreItems } from '../explain.ts';
import type { MeasureEvent, MeasureRequest } from '../measure.ts';
import { DEVICE, MODEL, request as mapRequest, ScriptedEngine } from './scripted-engine.ts';

const CELLS: Grid = { rows: 12, columns: 12 };
export const ITEMS = CELLS.rows * CELLS.columns;
const BATCH = 4;
/** Of every map that is measured. */
export const IMAGES = 60;
const REMOVAL: Removal = { replacement: 'mean', isAutomatic: true, isNumber: false, intact: 1, removed: { mean: 0 } };

/** A network in which a sweep of all cells costs as much as many passes. */
const LARGE_MODEL: ModelInfo = {
  ...MODEL,
  forward: { macs: 100, values: 0 },
  layers: [
    {
      name: 'l',
      kind: 'Conv2D',
      role: 'convolution',
      ...CELLS,
      channels: 1,
      block: 'b',
      unsupportedReason: null,
      tail: { macs: 50, values: 0 },
      channelTail: { macs: 50, values: 0 },
    },
  ],
};

/** What an item's only logit is. */
export function logitOf(item: number): number {
  return item * 10;
}

export class PoolEngine extends ScriptedEngine {
  readonly log: string[] = [];
  threads: number | undefined;
  preference: BackendName | null = null;
  /** Items that it has reported. */
  readonly swept: number[] = [];
  /** Images that it has scored for measures. */
  readonly scored: number[] = [];
  baseline = 1;
  isDisposed = false;
  startError: AppError | null = null;
  explainError: AppError | null = null;
  device: DeviceInfo = DEVICE;
  model = LARGE_MODEL;
  /** The model's layers as it plans them. */
  planned: NetworkPlans = { layers: LARGE_MODEL.layers };
  /** What it gives to others. */
  shared: SharedModel | null = null;
  onLoad: () => Promise<void> = async () => {};
  /** Awaited before every batch. */
  turn: () => Promise<void> = async () => {};
  #isRunning = false;
  readonly #stopListeners: ((detail: string) => void)[] = [];
  #reject: (reason: AppError) => void = () => {};
  readonly #stopped = new Promise<never>((_resolve, reject) => {
    this.#reject = reject;
  });

  constructor() {
    super();
    this.#stopped.catch(() => {});
  }

  override async start(preference: BackendName | null = null, threads?: number): Promise<DeviceInfo> {
    this.preference = preference;
    this.threads = threads;
    if (this.startError) throw this.startError;
    return this.device;
  }

  override async loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo> {
    this.log.push(`load ${source.id}`);
    await Promise.race([this.onLoad(), this.#stopped]);
    await super.loadModel(source, onProgress);
    return { ...this.model, id: source.id };
  }

  override async planLayers(): Promise<NetworkPlans> {
    this.log.push('plan');
    await Promise.race([this.turn(), this.#stopped]);
    return this.planned;
  }

  override async shareModel(): Promise<SharedModel | null> {
    this.log.push('share');
    return this.shared;
  }

  override async loadShared({ id }: SharedModel): Promise<ModelInfo> {
    this.log.push(`load shared ${id}`);
    await Promise.race([this.onLoad(), this.#stopped]);
    return { ...this.model, id };
  }

  override async explain(
    asked: ExplainRequest,
    onEvent: (event: ExplainEvent) => void,
    signal?: AbortSignal,
    moreItems?: MoreItems,
  ): Promise<void> {
    this.requests.push(asked);
    this.log.push(`explain ${asked.image.id}`);
    if (this.#isRunning) throw new Error('a pool asks for one thing at a time');
    this.#isRunning = true;
    try {
      await Promise.race([this.#sweep(asked, onEvent, signal, moreItems), this.#stopped]);
    } finally {
      this.#isRunning = false;
    }
  }

  async #sweep(
    { work }: ExplainRequest,
    onEvent: (event: ExplainEvent) => void,
    signal: AbortSignal | undefined,
    moreItems: MoreItems | undefined,
  ): Promise<void> {
    await this.turn();
    signal?.throwIfAborted();
    if (this.explainError) throw this.explainError;
    onEvent({ kind: 'logits', logits: Float32Array.of(this.baseline), durationMs: 1 });
    if (!work || !isSweepWork(work)) return;
    onEvent({ kind: 'begun', cells: CELLS, activation: null, forwardMs: 1 });
    const items = work.items ?? Uint32Array.from({ length: ITEMS }, (_, item) => item);
    for (let given = items; given.length > 0; given = (await moreItems?.()) ?? new Uint32Array()) {
      for (let start = 0; start < given.length; start += BATCH) {
        await this.turn();
        signal?.throwIfAborted();
        if (this.isDisposed) return;
        const batch = given.slice(start, start + BATCH);
        this.swept.push(...batch);
        onEvent({ kind: 'items', swept: { items: batch, logits: Float32Array.from(batch, logitOf) }, durationMs: 1 });
        onEvent({ kind: 'progress', done: start + batch.length, total: given.length, remainingMs: null });
      }
    }
  }

  /** Scores every image of its part with the image's own number. */
  override async measure(
    { maps, part }: MeasureRequest,
    onEvent: (event: MeasureEvent) => void,
    signal?: AbortSignal,
    moreImages?: MoreItems,
  ): Promise<void> {
    const { images, removal } = part ?? { images: Uint32Array.from({ length: IMAGES }, (_, image) => image), removal: null };
    const run = async () => {
      await this.turn();
      if (!removal) onEvent({ kind: 'removal', removal: REMOVAL });
      if (part) onEvent({ kind: 'progress', done: 0, total: IMAGES, remainingMs: null });
      const values = Array.from({ length: IMAGES }, () => Number.NaN);
      for (let given = images; given.length > 0; given = (await moreImages?.()) ?? new Uint32Array()) {
        for (const [i, image] of given.entries()) {
          if (image >= IMAGES) continue;
          await this.turn();
          signal?.throwIfAborted();
          if (this.isDisposed) return;
          this.scored.push(image);
          values[image] = image;
          onEvent({ kind: 'progress', done: i + 1, total: IMAGES, remainingMs: null });
        }
        for (const { id } of maps) onEvent({ kind: 'measured', id, measures: measuresWith({ intact: 1, deletion: values }) });
      }
    };
    await Promise.race([run(), this.#stopped]);
  }

  override onStopped(listener: (detail: string) => void): void {
    this.#stopListeners.push(listener);
  }

  /** Its worker is gone. */
  die(detail = 'out of memory'): void {
    for (const listener of this.#stopListeners) listener(detail);
    this.#reject(new AppError('internal', 'The worker that runs the network stopped.'));
  }

  override dispose(): void {
    this.isDisposed = true;
    this.#reject(new AppError('internal', 'The worker that runs the network was stopped.'));
  }
}

/** A whole sweep. */
export function sweepRequest(id = 'image', items: Uint32Array | null = null): ExplainRequest {
  return { ...mapRequest(id), work: { method: 'fast-ablation-cam', ablation: { window: 1, stride: 1, value: 0 }, items } };
}
