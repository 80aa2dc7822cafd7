/** An engine without a network: it does what the test tells it to, when the test tells it to. */
import type { AblationSettings, AblationSweep } from '../../core/ablation-plan.ts';
import { AppError } from '../../core/app-error.ts';
import type { MethodId } from '../../core/methods.ts';
import { TORCH_PREPROCESSING } from '../../core/preprocessing.ts';
import type {
  BackendName,
  DeviceInfo,
  Engine,
  ExplainEvent,
  ExplainRequest,
  LoadProgress,
  MethodResult,
  ModelInfo,
  ModelSource,
} from '../../protocol/engine.ts';

export const CLASS_NAMES = ['ash', 'birch', 'cedar'] as const;
/** Birch is best. */
export const LOGITS = [1, 3, 2] as const;

function layer(name: string) {
  return { name, kind: 'Conv2D', rows: 1, columns: 2, channels: 4, block: 'conv1' };
}

export function fakeModel(id: string, change: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    title: `Model ${id}`,
    input: { width: 8, height: 8 },
    preprocessing: TORCH_PREPROCESSING,
    outputActivation: 'softmax',
    classNames: CLASS_NAMES,
    layers: [layer('first'), layer('last')],
    defaultLayer: 'last',
    parameterCount: 1,
    remark: '',
    ...change,
  };
}

function fakeSweep({ window, stride, value }: AblationSettings): AblationSweep {
  // The first cell carries half a logit of ash, the second a whole one of birch.
  const logits = Float32Array.from([0.5, 3, 2, 1, 2, 2]);
  return { cells: { rows: 1, columns: 2 }, window, stride, value, baseline: Float32Array.from(LOGITS), logits };
}

/** A job that waits for the test. */
class Job<Result> {
  readonly result: Promise<Result>;
  readonly signal: AbortSignal | undefined;
  #settle: { resolve(result: Result): void; reject(reason: unknown): void } | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
    this.result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }

  finish(result: Result): Promise<void> {
    this.#settle?.resolve(result);
    return settled();
  }

  fail(reason: unknown): Promise<void> {
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

  emitLogits(): void {
    this.emit({ kind: 'logits', logits: Float32Array.from(LOGITS), durationMs: 5 });
  }

  emitResult(method: MethodId): void {
    const { classIndex, score: kind, versus, ablation } = this.request;
    const score = { classIndex: classIndex ?? 1, kind, versus };
    const map = { rows: 1, columns: 2, values: Float32Array.from([classIndex ?? 1, -1]) };
    const result: MethodResult =
      method === 'grad-cam' ? { method, score, map, durationMs: 6 } : { method, sweep: fakeSweep(ablation), durationMs: 7 };
    this.emit({ kind: 'result', result });
  }

  /** Reports everything that was asked for. */
  async answer(): Promise<void> {
    this.emitLogits();
    for (const method of this.request.methods) this.emitResult(method);
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

export class FakeEngine implements Engine {
  readonly explains: ExplainJob[] = [];
  readonly loads: LoadJob[] = [];
  preference: BackendName | null | undefined;
  isDisposed = false;
  readonly #lostListeners: ((reason: string) => void)[] = [];
  readonly #canStart: boolean;

  constructor(canStart = true) {
    this.#canStart = canStart;
  }

  async start(preference: BackendName | null): Promise<DeviceInfo> {
    this.preference = preference;
    if (!this.#canStart) throw new AppError('backend-unavailable', 'Nothing here can run a network.');
    const isRefused = preference === 'webgpu';
    const backend = preference === null || isRefused ? 'wasm' : preference;
    return { backend, adapter: 'fake', isSoftware: false, remark: isRefused ? 'this browser has no WebGPU' : '' };
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    const job = new LoadJob(source, onProgress, signal);
    this.loads.push(job);
    return job.result;
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    const job = new ExplainJob(request, onEvent, signal);
    this.explains.push(job);
    return job.result;
  }

  async memory() {
    return { tensors: 0, bytes: 0 };
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  dispose(): void {
    this.isDisposed = true;
    for (const job of [...this.loads, ...this.explains]) void job.fail(new AppError('internal', 'The worker was stopped.'));
  }

  /** The GPU is gone. */
  async lose(): Promise<void> {
    for (const listener of this.#lostListeners) listener('driver reset');
    await settled();
  }
}
