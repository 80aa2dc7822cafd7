/** The engine itself. In the app it runs in a worker, behind `protocol/worker/worker-engine.ts`; tests and tools use it directly. */
import { version_core } from '@tensorflow/tfjs-core';
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
  ModelIdentity,
  ModelInfo,
  ModelSource,
  NetworkPlans,
  PoolableEngine,
  SharedModel,
} from '../protocol/engine.ts';
import type { ExactEvaluation } from '../protocol/explain.ts';
import type { SanityEvent, SanityRequest } from '../protocol/measure.ts';
import { type DeviceEnvironment, openDevice } from './backend/device.ts';
import { throwSideError } from './backend/device-failure.ts';
import { checkClasses } from './graph/check-scores.ts';
import { hubDownload, searchHub } from './loading/hub/hub.ts';
import { PartStore } from './loading/hub/part-store.ts';
import { type LoadedModel, loadModel } from './loading/loaded-model.ts';
import { sanityCascade } from './measure/sanity-cascade.ts';
import { NetworkEngine, optionsOf } from './network-engine.ts';
import { type Origin, originIn, originOf, sharedModel, weightsOf, withoutWeights } from './sharing/shared-model.ts';

export interface EngineEnvironment {
  readonly device: DeviceEnvironment;
  openModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ReadModel>;
  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]>;
}

export class LocalEngine extends NetworkEngine<LoadedModel> implements PoolableEngine {
  readonly #environment: EngineEnvironment;
  readonly #lostListeners: ((reason: string) => void)[] = [];
  #origin: Origin | null = null;
  readonly #downloadFromHub = hubDownload(new PartStore());

  constructor(environment: EngineEnvironment) {
    super();
    this.#environment = environment;
  }

  start(preference: BackendName | null, threads?: number, exact?: ExactEvaluation): Promise<DeviceInfo> {
    return this.enqueue(undefined, async () => {
      const device = await openDevice(preference, {
        ...this.#environment.device,
        ...(threads !== undefined && { threads }),
        ...(exact && { exact }),
      });
      this.setDevice(device, (reason) => {
        for (const listener of this.#lostListeners) listener(reason);
      });
      return device.info;
    });
  }

  loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    return this.enqueue(signal, async () => {
      const opened = await this.#environment.openModel(source, onProgress, signal);
      return this.#load(originOf(source, opened), signal);
    });
  }

  async planLayers(signal?: AbortSignal): Promise<NetworkPlans> {
    const { network } = this.ready();
    const pause = this.betweenJobs(signal);
    return network.planLayers(async () => {
      await pause();
      if (this.ready().network !== network)
        throw new AppError('internal', 'Another model has taken the place of the one that was planned.');
    });
  }

  async shareModel(): Promise<SharedModel | null> {
    const { network } = this.ready();
    return this.#origin && sharedModel(network, this.#origin);
  }

  loadShared(shared: SharedModel): Promise<ModelInfo> {
    return this.enqueue(undefined, () => this.#load(originIn(shared)));
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

  sanity(request: SanityRequest, onEvent: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void> {
    return this.enqueue(signal, async () => {
      const { network, device } = this.ready();
      checkClasses(request.score, network.info.units);
      // The pass at hand would only take memory beside the networks that are built.
      this.forgetPass();
      await sanityCascade(network, request, { ...optionsOf(device, request), signal }, (event) => {
        throwSideError(device);
        onEvent(event);
      });
    });
  }

  identify(): Promise<ModelIdentity> {
    return this.enqueue(undefined, async () => ({
      sha256: await sha256(await weightsOf(this.ready().network)),
      tensorflow: version_core,
    }));
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  /** It ends with its thread, of which nobody is told here. */
  onStopped(): void {}

  async #load(origin: Origin, signal?: AbortSignal): Promise<ModelInfo> {
    const model = await loadModel(origin.id, origin.read, origin.input, origin.output);
    if (signal?.aborted) {
      model.dispose();
      signal.throwIfAborted();
    }
    this.setNetwork(model);
    this.#origin = withoutWeights(origin);
    return model.info;
  }
}
