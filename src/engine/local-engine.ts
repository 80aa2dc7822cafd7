/**
 * The engine itself. In the app it runs in a worker, behind `protocol/worker-engine.ts`; tests and tools use it directly.
 *
 * Jobs run one at a time in the order asked. The last picture's pass is kept, so that another class or another method at the same layer
 * starts from there.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError, asAppError } from '../core/app-error.ts';
import type { ModelManifest } from '../core/manifest.ts';
import { prepareInput } from '../core/prepare-input.ts';
import { remainingTime } from '../core/remaining-time.ts';
import { topClasses } from '../core/scores.ts';
import type { ModelArtifacts } from '../formats/artifacts.ts';
import type {
  BackendName,
  DeviceInfo,
  Engine,
  ExplainEvent,
  ExplainRequest,
  LoadProgress,
  MemoryUse,
  ModelInfo,
  ModelSource,
  PictureInput,
} from '../protocol/engine.ts';
import { type DeviceEnvironment, type OpenDevice, openDevice } from './device.ts';
import { disposePass, forwardPass, type KeptPass } from './graph-executor.ts';
import { findNode, type Tail, tailOf } from './layer-graph.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import { METHOD_REGISTRY } from './methods/registry.ts';
import { picturePixels } from './picture-pixels.ts';

/** Memory for the activations of a running batch. Small enough for a phone, large enough that a GPU has work. */
const DEFAULT_BUDGET_BYTES = 256 * 1024 * 1024;

export interface OpenedModel {
  readonly artifacts: ModelArtifacts;
  readonly manifest: ModelManifest;
  /** See `ModelInfo.remark`. */
  readonly remark: string;
}

export interface EngineEnvironment {
  readonly device: DeviceEnvironment;
  openModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<OpenedModel>;
  readonly budgetBytes?: number;
}

/** The last pass, and what it was of. */
interface CurrentPass {
  readonly pictureId: string;
  readonly layer: string;
  readonly tail: Tail;
  readonly pass: KeptPass;
  readonly logits: Float32Array;
  readonly durationMs: number;
}

export class LocalEngine implements Engine {
  readonly #environment: EngineEnvironment;
  readonly #lostListeners: ((reason: string) => void)[] = [];
  #lastJob: Promise<unknown> = Promise.resolve();
  #device: OpenDevice | null = null;
  #model: LoadedModel | null = null;
  #current: CurrentPass | null = null;
  #isLost = false;

  constructor(environment: EngineEnvironment) {
    this.#environment = environment;
  }

  start(preference: BackendName | null): Promise<DeviceInfo> {
    return this.#enqueue(undefined, async () => {
      this.#device = await openDevice(preference, this.#environment.device);
      void this.#device.lost.then((reason) => {
        this.#isLost = true;
        for (const listener of this.#lostListeners) listener(reason);
      });
      return this.#device.info;
    });
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    return this.#enqueue(signal, async () => {
      const { artifacts, manifest, remark } = await this.#environment.openModel(source, onProgress, signal);
      const model = await loadModel(source.id, artifacts, manifest);
      if (signal?.aborted) {
        model.dispose();
        signal.throwIfAborted();
      }
      this.#forgetPass();
      this.#model?.dispose();
      this.#model = model;
      return { ...model.info, remark };
    });
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(signal, async () => {
      const model = this.#model;
      const device = this.#device;
      if (!model || !device) throw new AppError('internal', 'No model is loaded yet; please choose one first.');
      const current = await this.#passOf(model, request, signal);
      onEvent({ kind: 'logits', logits: current.logits.slice(), durationMs: current.durationMs });

      const classIndex = request.classIndex ?? topClasses(current.logits, 1)[0] ?? 0;
      for (const index of [classIndex, request.versus]) {
        if (index !== null && !(index in current.logits)) {
          throw new AppError(
            'class-unknown',
            `The model has no class number ${index}; please choose one of its ${current.logits.length} classes.`,
          );
        }
      }
      for (const method of request.methods) {
        const startedAt = performance.now();
        const result = await METHOD_REGISTRY[method].run({
          graph: model.graph,
          tail: current.tail,
          pass: current.pass,
          logits: current.logits,
          score: { classIndex, kind: request.score, versus: request.versus },
          ablation: request.ablation,
          outputActivation: model.info.outputActivation,
          limits: { budgetBytes: this.#environment.budgetBytes ?? DEFAULT_BUDGET_BYTES, maxTensorBytes: device.maxTensorBytes },
          signal,
          onProgress: (done, total) => {
            const remainingMs = remainingTime(done, total, performance.now() - startedAt);
            onEvent({ kind: 'progress', method, done, total, remainingMs });
          },
        });
        this.#throwSideError(device);
        // What a person waits for includes the pass that the method starts from.
        onEvent({ kind: 'result', result: { ...result, durationMs: current.durationMs + performance.now() - startedAt } });
      }
    });
  }

  async memory(): Promise<MemoryUse> {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  dispose(): void {
    this.#forgetPass();
    this.#model?.dispose();
    this.#model = null;
  }

  /** Runs a job after all that were asked for before it, and turns whatever goes wrong into an `AppError`. */
  #enqueue<Result>(signal: AbortSignal | undefined, job: () => Promise<Result>): Promise<Result> {
    const run = this.#lastJob.then(async () => {
      signal?.throwIfAborted();
      try {
        return await job();
      } catch (error) {
        throw signal?.aborted ? signal.reason : this.#explainFailure(error);
      }
    });
    this.#lastJob = run.catch(() => {});
    return run;
  }

  #explainFailure(error: unknown): AppError {
    if (this.#isLost)
      return new AppError('device-lost', 'The graphics processor was lost; the network is being loaded again.', { cause: error });
    const detail = error instanceof Error ? error.message : String(error);
    if (
      !(error instanceof AppError) &&
      /out of memory|OOM|allocation failed|Array buffer allocation|memory access out of bounds/i.test(detail)
    ) {
      return new AppError('out-of-memory', 'There was too little memory for this; please close other tabs, or choose a later layer.', {
        cause: error,
      });
    }
    return asAppError(error);
  }

  /** WebGPU reports some failures only on the side, and gives zeros: better no map than a wrong one. */
  #throwSideError(device: OpenDevice): void {
    const sideError = device.takeError();
    if (sideError)
      throw new AppError(
        'internal',
        `The graphics processor reported a fault (${sideError}), so the result was thrown away; please try again.`,
      );
  }

  /** The kept pass of this picture at this layer: the one at hand, or a new one. */
  async #passOf(model: LoadedModel, request: ExplainRequest, signal?: AbortSignal): Promise<CurrentPass> {
    const { picture, layer } = request;
    if (this.#current?.pictureId === picture.id && this.#current.layer === layer) return this.#current;
    const node = model.info.layers.some(({ name }) => name === layer) ? findNode(model.graph, layer) : undefined;
    if (!node) throw new AppError('layer-unknown', `The model has no layer ${layer} with cells to explain; please choose another.`);
    this.#forgetPass();

    const startedAt = performance.now();
    const tail = tailOf(model.graph, node.id);
    const pass = await this.#run(model, picture, [node.id, ...tail.sideInputs], signal);
    try {
      const logits = Float32Array.from(await pass.logits.data());
      if (this.#device) this.#throwSideError(this.#device);
      if (!logits.every(Number.isFinite)) {
        throw new AppError(
          'model-unsupported',
          'The network gave scores that are no numbers for this picture; please check the model’s weights and preprocessing.',
        );
      }
      const current = { pictureId: picture.id, layer, tail, pass, logits, durationMs: performance.now() - startedAt };
      this.#current = current;
      return current;
    } catch (error) {
      disposePass(pass);
      throw error;
    }
  }

  async #run(model: LoadedModel, picture: PictureInput, keep: number[], signal?: AbortSignal): Promise<KeptPass> {
    const { input, preprocessing } = model.info;
    const values = prepareInput(picturePixels(picture.pixels), input, preprocessing);
    const tensor = tf.tensor4d(values, [1, input.height, input.width, 3]);
    try {
      return await forwardPass(model.graph, tensor, keep, signal);
    } finally {
      tensor.dispose();
    }
  }

  #forgetPass(): void {
    if (this.#current) disposePass(this.#current.pass);
    this.#current = null;
  }
}
