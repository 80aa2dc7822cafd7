/**
 * The engine itself. In the app it runs in a worker, behind `protocol/worker-engine.ts`; tests and tools use it directly.
 *
 * Jobs run one at a time in the order asked. The last picture's pass is kept, so that another class or another method at the same layer
 * starts from there.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError, asAppError } from '../core/app-error.ts';
import { prepareInput } from '../core/prepare-input.ts';
import { isSamePreprocessing, type Preprocessing } from '../core/preprocessing.ts';
import { type ClassScore, scoreGradient } from '../core/scores.ts';
import type { ReadModel } from '../formats/read-model.ts';
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
  WithoutCellsRequest,
  Work,
} from '../protocol/engine.ts';
import type { MeasureEvent, MeasureRequest } from '../protocol/measure.ts';
import { backwardPass } from './backward-pass.ts';
import { breathe } from './breathe.ts';
import { type DeviceEnvironment, type OpenDevice, openDevice } from './device.ts';
import { disposePass, forwardPass, type KeptPass } from './graph-executor.ts';
import { findNode, type Tail, tailOf } from './layer-graph.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import { measureMaps } from './measure/measure-maps.ts';
import { logitsWithoutCells } from './measure/without-cells.ts';
import { cutActivation } from './methods/cut-activation.ts';
import type { MethodContext } from './methods/method.ts';
import { runMethod } from './methods/registry.ts';
import { picturePixels } from './picture-pixels.ts';

/** A GPU wants to be fed; on a processor larger batches are no faster. */
const PASSES_PER_BATCH: Readonly<Record<BackendName, number>> = { webgpu: 16, wasm: 2, cpu: 1 };

export interface EngineEnvironment {
  readonly device: DeviceEnvironment;
  openModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ReadModel>;
  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]>;
}

/** What a pass is run for. */
type PassRequest = Pick<ExplainRequest, 'picture' | 'preprocessing' | 'layer'>;

/** The last pass, and what it was of. */
interface CurrentPass {
  readonly pictureId: string;
  readonly preprocessing: Preprocessing;
  readonly layer: string;
  readonly tail: Tail;
  readonly pass: KeptPass;
  readonly logits: Float32Array;
  readonly durationMs: number;
  /** The last backward pass from here: Grad-CAM and the first-order estimate start from the same one. */
  gradient: { readonly score: string; readonly tensor: tf.Tensor4D } | null;
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
      const opened = await this.#environment.openModel(source, onProgress, signal);
      const model = await loadModel(source.id, opened, source.kind === 'files' ? source.input : null);
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
    // Not in line with the jobs: the network is idle meanwhile, and the processor is not needed.
    return this.#environment.download(url, onProgress, signal);
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      const isKept = this.#isCurrent(model, request);
      const current = await this.#passOf(model, request, signal);
      onEvent({ kind: 'logits', logits: current.logits.slice(), durationMs: current.durationMs });
      if (!request.work) return;
      checkClasses(request.work, current.logits.length);

      // What a person waits for includes the pass that the method starts from.
      let lastLap = performance.now() - (isKept ? 0 : current.durationMs);
      const context: MethodContext = {
        graph: model.graph,
        tail: current.tail,
        pass: current.pass,
        logits: current.logits,
        limits: { budgetBytes: request.budgetBytes, maxTensorBytes: device.maxTensorBytes },
        passesPerBatch: PASSES_PER_BATCH[device.info.backend],
        signal,
        gradientOf: (score) => gradientOf(model, current, score, signal),
        emit: (event) => {
          this.#throwSideError(device);
          onEvent(event);
        },
        lap: () => {
          const now = performance.now();
          const sinceLast = now - lastLap;
          lastLap = now;
          return sinceLast;
        },
      };
      await runMethod(context, request.work);
      this.#throwSideError(device);
    });
  }

  withoutCells({ cells, value, ...request }: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      const current = await this.#passOf(model, request, signal);
      const logits = await logitsWithoutCells(model.graph, current, cells, value, breathe(signal));
      this.#throwSideError(device);
      return logits;
    });
  }

  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(signal, async () => {
      const { model, device } = this.#ready();
      const { info, graph } = model;
      const { preprocessing = info.preprocessing, budgetBytes, maps, classIndex } = request;
      checkClass(classIndex, info.classNames.length);
      const limits = { budgetBytes, maxTensorBytes: device.maxTensorBytes, maxItems: PASSES_PER_BATCH[device.info.backend] };
      const network = { graph, input: info.input, activation: info.outputActivation, preprocessing, limits };
      const emit = (event: MeasureEvent) => {
        this.#throwSideError(device);
        onEvent(event);
      };
      await measureMaps(network, picturePixels(request.picture.pixels), { ...request, maps }, emit, breathe(signal));
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
  async #passOf(model: LoadedModel, request: PassRequest, signal?: AbortSignal): Promise<CurrentPass> {
    const { picture, layer, preprocessing = model.info.preprocessing } = request;
    if (this.#current && this.#isCurrent(model, request)) return this.#current;
    const node = findNode(model.graph, layer);
    const obstacle = model.info.layers.find(({ name }) => name === layer)?.obstacle;
    if (!node || obstacle === undefined) throw new AppError('layer-unknown', `The model has no layer ${layer}; please choose another.`);
    if (obstacle !== null)
      throw new AppError('layer-unknown', `The layer ${layer} cannot be explained: ${obstacle} Please choose another.`);
    this.#forgetPass();

    const startedAt = performance.now();
    const tail = tailOf(model.graph, node.id);
    const pass = await this.#run(model, request, [node.id, ...tail.sideInputs], signal);
    try {
      const logits = Float32Array.from(await pass.logits.data());
      if (this.#device) this.#throwSideError(this.#device);
      if (!logits.every(Number.isFinite)) {
        throw new AppError(
          'model-unsupported',
          'The network gave scores that are no numbers for this picture; please check the model’s weights and preprocessing.',
        );
      }
      const current = {
        pictureId: picture.id,
        preprocessing,
        layer,
        tail,
        pass,
        logits,
        durationMs: performance.now() - startedAt,
        gradient: null,
      };
      this.#current = current;
      return current;
    } catch (error) {
      disposePass(pass);
      throw error;
    }
  }

  async #run(
    model: LoadedModel,
    { picture, preprocessing = model.info.preprocessing }: PassRequest,
    keep: number[],
    signal?: AbortSignal,
  ): Promise<KeptPass> {
    const { input } = model.info;
    const values = prepareInput(picturePixels(picture.pixels), input, preprocessing);
    const tensor = tf.tensor4d(values, [1, input.height, input.width, 3]);
    try {
      return await forwardPass(model.graph, tensor, keep, signal);
    } finally {
      tensor.dispose();
    }
  }

  #isCurrent({ info }: LoadedModel, { picture, layer, preprocessing = info.preprocessing }: PassRequest): boolean {
    const current = this.#current;
    return current?.pictureId === picture.id && current.layer === layer && isSamePreprocessing(current.preprocessing, preprocessing);
  }

  #forgetPass(): void {
    if (this.#current) disposePass(this.#current.pass);
    this.#current?.gradient?.tensor.dispose();
    this.#current = null;
  }
}

/** @throws AppError `class-unknown` */
function checkClasses(work: Work, count: number): void {
  if (!('score' in work)) return;
  for (const index of [work.score.classIndex, work.score.versus]) if (index !== null) checkClass(index, count);
}

/** @throws AppError `class-unknown` */
function checkClass(index: number, count: number): void {
  if (!(index >= 0 && index < count))
    throw new AppError('class-unknown', `The model has no class number ${index}; please choose one of its ${count} classes.`);
}

/** `dy/dA` of the score at the layer of the pass. It is kept until another one is asked for, or the pass is forgotten. */
async function gradientOf(
  { graph, info }: LoadedModel,
  current: CurrentPass,
  score: ClassScore,
  signal: AbortSignal | undefined,
): Promise<tf.Tensor4D> {
  const { tail, pass, logits } = current;
  const key = JSON.stringify([score.classIndex, score.kind, score.versus]);
  if (current.gradient?.score === key) return current.gradient.tensor;
  const seed = tf.tensor2d(scoreGradient(logits, score, info.outputActivation), [1, logits.length]);
  try {
    const tensor = await backwardPass(graph, tail, cutActivation({ tail, pass }), pass.activations, seed, breathe(signal));
    current.gradient?.tensor.dispose();
    current.gradient = { score: key, tensor: tensor as tf.Tensor4D };
    return current.gradient.tensor;
  } finally {
    seed.dispose();
  }
}
