/**
 * The engine itself. In the app it runs in a worker, behind `protocol/worker-engine.ts`; tests and tools use it directly.
 *
 * Jobs run one at a time in the order asked. The last image's pass is kept, so that another class or another method at the same layer
 * starts from there.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../core/app-error.ts';
import type { HubQuery, HubResult } from '../core/models/hub-model.ts';
import type { HubName } from '../core/models/hub-name.ts';
import type { ReadModel } from '../formats/read-model.ts';
import { sha256 } from '../formats/sha256.ts';
import type {
  BackendName,
  DeviceInfo,
  HubDownload,
  LoadProgress,
  MemoryUse,
  ModelIdentity,
  ModelInfo,
  ModelSource,
  PoolableEngine,
} from '../protocol/engine.ts';
import type { ExplainEvent, ExplainRequest, WithoutCellsRequest } from '../protocol/explain.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from '../protocol/measure.ts';
import { type DeviceEnvironment, type OpenDevice, openDevice } from './backend/device.ts';
import { explainFailure, throwSideError } from './backend/device-failure.ts';
import { yieldToEventLoop } from './backend/yield-to-event-loop.ts';
import { checkClasses, checkLogits } from './graph/check-scores.ts';
import { type CutPass, disposeCutPass, explainableNode, isPassOf, methodContext, type PassRequest, runCutPass } from './graph/cut-pass.ts';
import { hubDownload, searchHub } from './loading/hub/hub.ts';
import { PartStore } from './loading/hub/part-store.ts';
import { imagePixels } from './loading/image-pixels.ts';
import { type LoadedModel, loadModel } from './loading/loaded-model.ts';
import { measureMaps } from './measure/measure-maps.ts';
import { sanityCascade } from './measure/sanity-cascade.ts';
import { logitsWithoutCells } from './measure/without-cells.ts';
import { runMethod } from './methods/registry.ts';

/** A GPU wants to be fed; on a processor larger batches are no faster. */
const PASSES_PER_BATCH: Readonly<Record<BackendName, number>> = { webgpu: 16, wasm: 2, cpu: 1 };

export interface EngineEnvironment {
  readonly device: DeviceEnvironment;
  openModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ReadModel>;
  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]>;
}

export class LocalEngine implements PoolableEngine {
  readonly #environment: EngineEnvironment;
  readonly #lostListeners: ((reason: string) => void)[] = [];
  #lastJob: Promise<unknown> = Promise.resolve();
  #device: OpenDevice | null = null;
  #model: LoadedModel | null = null;
  /** The last pass. */
  #current: CutPass | null = null;
  #isLost = false;
  readonly #downloadFromHub = hubDownload(new PartStore());

  constructor(environment: EngineEnvironment) {
    this.#environment = environment;
  }

  start(preference: BackendName | null, threads?: number): Promise<DeviceInfo> {
    return this.#enqueue(undefined, async () => {
      this.#device = await openDevice(preference, { ...this.#environment.device, ...(threads !== undefined && { threads }) });
      void this.#device.lost.then((reason) => {
        this.#isLost = true;
        for (const listener of this.#lostListeners) listener(reason);
      });
      return this.#device.info;
    });
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    return this.#enqueue(signal, async () => {
      const opened = await this.#environment.openModel(source, onProgress, signal);
      const model = await loadModel(
        source.id,
        opened,
        source.kind === 'files' ? source.input : null,
        source.kind === 'files' ? source.output : null,
      );
      if (signal?.aborted) {
        model.dispose();
        signal.throwIfAborted();
      }
      this.#forgetPass();
      this.#model?.dispose();
      this.#model = model;
      return model.info;
    });
  }

  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]> {
    // Not queued with the jobs: the network is idle meanwhile, and the processor is not needed.
    return this.#environment.download(url, onProgress, signal);
  }

  searchHub(hub: string, query: HubQuery, signal?: AbortSignal): Promise<readonly HubResult[]> {
    return searchHub(hub, query, signal);
  }

  downloadFromHub(hub: string, name: HubName, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<HubDownload> {
    return this.#downloadFromHub(hub, name, onProgress, signal);
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      const current = await this.#passOf(model, request, signal);
      onEvent({ kind: 'logits', logits: current.logits.slice(), durationMs: current.durationMs });
      if (!request.work) return;
      if ('score' in request.work && request.work.score) checkClasses(request.work.score, current.logits.length);

      const emit = (event: ExplainEvent) => {
        throwSideError(device);
        onEvent(event);
      };
      const context = methodContext(model, current, { ...optionsOf(device, request), signal, emit });
      await runMethod(context, request.work);
      throwSideError(device);
    });
  }

  withoutCells({ cells, value, ...request }: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      const current = await this.#passOf(model, request, signal);
      const logits = await logitsWithoutCells(model.graph, current, cells, value, yieldToEventLoop(signal));
      throwSideError(device);
      return logits;
    });
  }

  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      const { info, graph } = model;
      const { preprocessing = info.preprocessing, budgetBytes, maps, score } = request;
      checkClasses(score, info.units);
      const limits = { budgetBytes, maxTensorBytes: device.maxTensorBytes, maxItems: PASSES_PER_BATCH[device.info.backend] };
      const network = { graph, input: info.input, preprocessing, limits };
      const emit = (event: MeasureEvent) => {
        throwSideError(device);
        onEvent(event);
      };
      await measureMaps(network, imagePixels(request.image.pixels), { ...request, maps }, emit, yieldToEventLoop(signal));
    });
  }

  sanity(request: SanityRequest, onEvent: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      checkClasses(request.score, model.info.units);
      // The pass at hand would only take memory beside the networks that are built.
      this.#forgetPass();
      await sanityCascade(model, request, { ...optionsOf(device, request), signal }, (event) => {
        throwSideError(device);
        onEvent(event);
      });
    });
  }

  identify(): Promise<ModelIdentity> {
    return this.#enqueue(undefined, async () => ({
      sha256: await sha256(await this.#ready().model.weights()),
      tensorflow: tf.version_core,
    }));
  }

  async memory(): Promise<MemoryUse> {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  /** It ends with its thread, of which nobody is told here. */
  onStopped(): void {}

  dispose(): void {
    this.#forgetPass();
    this.#model?.dispose();
    this.#model = null;
  }

  /** @throws AppError before anything is there to work with */
  #ready(): { readonly model: LoadedModel; readonly device: OpenDevice } {
    if (this.#model && this.#device) return { model: this.#model, device: this.#device };
    throw new AppError('internal', 'No model is loaded yet; please choose one first.');
  }

  /** Runs a job after all that were asked for before it, and turns whatever goes wrong into an `AppError`. */
  #enqueue<Result>(signal: AbortSignal | undefined, job: () => Promise<Result>): Promise<Result> {
    const run = this.#lastJob.then(async () => {
      signal?.throwIfAborted();
      try {
        return await job();
      } catch (error) {
        throw signal?.aborted ? signal.reason : explainFailure(error, this.#isLost);
      }
    });
    this.#lastJob = run.catch(() => {});
    return run;
  }

  /** The kept pass of this image at this layer: the one at hand, or a new one. */
  async #passOf(model: LoadedModel, request: PassRequest, signal?: AbortSignal): Promise<CutPass> {
    if (this.#current && isPassOf(this.#current, model, request)) return this.#current;
    // What cannot be run must not cost what is at hand.
    explainableNode(model, request.layer);
    this.#forgetPass();
    const cut = await runCutPass(model, request, signal);
    try {
      if (this.#device) throwSideError(this.#device);
      checkLogits(cut.logits);
      this.#current = cut;
      return cut;
    } catch (error) {
      disposeCutPass(cut);
      throw error;
    }
  }

  #forgetPass(): void {
    if (this.#current) disposeCutPass(this.#current);
    this.#current = null;
  }
}

/** What a method may use of the device. */
function optionsOf({ info, maxTensorBytes }: OpenDevice, { budgetBytes, exact }: Pick<ExplainRequest, 'budgetBytes' | 'exact'>) {
  return { limits: { budgetBytes, maxTensorBytes }, passesPerBatch: PASSES_PER_BATCH[info.backend], isDense: exact === 'dense' };
}
