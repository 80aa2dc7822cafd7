/**
 * What can be asked about one network on one device, wherever both come from. Jobs run one at a time in the order asked. The last image's
 * pass is kept, so that another class or another method at the same layer starts from there.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../core/app-error.ts';
import type { Engine, MemoryUse } from '../protocol/engine.ts';
import type {
  ExplainEvent,
  ExplainRequest,
  ImageInput,
  MoreItems,
  PreparedImage,
  RequestAbout,
  WithoutCellsRequest,
} from '../protocol/explain.ts';
import type { MeasureEvent, MeasureRequest } from '../protocol/measure.ts';
import { nextTask } from '../protocol/next-task.ts';
import type { OpenDevice } from './backend/device.ts';
import { explainFailure, throwSideError } from './backend/device-failure.ts';
import { yieldToEventLoop } from './backend/yield-to-event-loop.ts';
import { checkClasses, checkLogits } from './graph/check-scores.ts';
import {
  type CutPass,
  cutAt,
  disposeCutPass,
  explainableNode,
  isPassOf,
  methodContext,
  type PassRequest,
  runCutPass,
} from './graph/cut-pass.ts';
import type { LayerGraph } from './graph/layer-graph.ts';
import { imagePixels } from './loading/image-pixels.ts';
import type { DisposableNetwork } from './loading/loaded-model.ts';
import { measureMaps } from './measure/measure-maps.ts';
import { logitsWithoutCells } from './measure/without-cells.ts';
import { runMethod } from './methods/registry.ts';

/** How long what has time runs at once, and waits for a job at most before it does: beside a long one it takes a twentieth. */
const LONGEST_SLICE_MS = 8;
const LONGEST_WAIT_MS = 150;

type Asked = Pick<Engine, 'explain' | 'withoutCells' | 'measure' | 'memory' | 'dispose'>;

/** A request of somebody in the same thread, who may have prepared the image. */
type Request = RequestAbout<ImageInput | PreparedImage>;

export class NetworkEngine<Held extends DisposableNetwork = DisposableNetwork> implements Asked {
  #lastJob: Promise<unknown> = Promise.resolve();
  #device: OpenDevice | null = null;
  #network: Held | null = null;
  /** The last pass. */
  #current: CutPass | null = null;
  #isLost = false;

  /** @param onLost told the reason when the device is lost */
  setDevice(device: OpenDevice, onLost: (reason: string) => void = () => {}): void {
    this.#device = device;
    void device.lost.then((reason) => {
      this.#isLost = true;
      onLost(reason);
    });
  }

  /** Takes the place of the network before it, which is freed. */
  setNetwork(network: Held): void {
    this.forgetPass();
    this.#network?.dispose();
    this.#network = network;
  }

  explain(request: Request, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal, moreItems?: MoreItems): Promise<void> {
    return this.enqueue(signal, async () => {
      const { network, device } = this.ready();
      const current = await this.#passOf(network, request, signal);
      onEvent({ kind: 'logits', logits: current.logits.slice(), durationMs: current.durationMs });
      if (!request.work) return;
      if ('score' in request.work && request.work.score) checkClasses(request.work.score, current.logits.length);

      const emit = (event: ExplainEvent) => {
        throwSideError(device);
        onEvent(event);
      };
      const context = methodContext(network, current, request.layer, { ...optionsOf(device, request), signal, moreItems, emit });
      await runMethod(context, request.work);
      throwSideError(device);
    });
  }

  withoutCells({ cells, value, ...request }: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    return this.enqueue(signal, async () => {
      const { network, device } = this.ready();
      const current = await this.#passOf(network, request, signal);
      const logits = await logitsWithoutCells(
        network.graph,
        cutAt(network, current, request.layer),
        cells,
        value,
        yieldToEventLoop(signal),
      );
      throwSideError(device);
      return logits;
    });
  }

  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal, moreImages?: MoreItems): Promise<void> {
    return this.enqueue(signal, async () => {
      const { network, device } = this.ready();
      const { info } = network;
      const { preprocessing = info.preprocessing, budgetBytes, maps, score } = request;
      checkClasses(score, info.units);
      const limits = { budgetBytes, maxTensorBytes: device.maxTensorBytes, maxItems: device.passesPerBatch };
      const emit = (event: MeasureEvent) => {
        throwSideError(device);
        onEvent(event);
      };
      const measured = { graph: this.measuredGraph(network), input: info.input, preprocessing, limits };
      const pause = yieldToEventLoop(signal);
      await measureMaps(measured, imagePixels(request.image.pixels), { ...request, maps }, emit, pause, moreImages);
    });
  }

  /** What runs the images that maps are measured by, each as a whole. */
  protected measuredGraph({ graph }: Held): LayerGraph {
    return graph;
  }

  async memory(): Promise<MemoryUse> {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  dispose(): void {
    this.forgetPass();
    this.#network?.dispose();
    this.#network = null;
  }

  /** @throws AppError before anything is there to work with */
  protected ready(): { readonly network: Held; readonly device: OpenDevice } {
    if (this.#network && this.#device) return { network: this.#network, device: this.#device };
    throw new AppError('internal', 'No model is loaded yet; please choose one first.');
  }

  /** Runs a job after all that were asked for before it, and turns whatever goes wrong into an `AppError`. */
  protected enqueue<Result>(signal: AbortSignal | undefined, job: () => Promise<Result>): Promise<Result> {
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

  /** A function to await between steps of what has time: jobs go first, though none for ever. */
  protected betweenJobs(signal?: AbortSignal): () => Promise<void> {
    let last = performance.now();
    return async () => {
      if (performance.now() - last > LONGEST_SLICE_MS) {
        await nextTask();
        await Promise.race([this.#lastJob, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]);
        last = performance.now();
      }
      signal?.throwIfAborted();
    };
  }

  protected forgetPass(): void {
    if (this.#current) disposeCutPass(this.#current);
    this.#current = null;
  }

  /** The kept pass of this image at this layer: the one at hand, or a new one. */
  async #passOf(network: Held, request: PassRequest, signal?: AbortSignal): Promise<CutPass> {
    if (this.#current && isPassOf(this.#current, network, request)) return this.#current;
    // What cannot be run must not cost what is at hand.
    explainableNode(network, request.layer);
    this.forgetPass();
    const cut = await runCutPass(network, request, signal);
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
}

/** What a method may use of the device. */
export function optionsOf(
  { info, passesPerBatch, maxTensorBytes, ways }: OpenDevice,
  { budgetBytes, exact }: Pick<ExplainRequest, 'budgetBytes' | 'exact'>,
) {
  return {
    limits: { budgetBytes, maxTensorBytes },
    passesPerBatch,
    ways,
    exact: exact ?? (info.backend === 'webgpu' ? 'quicker' : 'incremental'),
  } as const;
}
