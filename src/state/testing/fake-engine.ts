/** An engine without a network: it does what the test tells it to, when the test tells it to. */

import { AppError } from '../../core/app-error.ts';
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import type { HubName } from '../../core/models/hub-name.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import type {
  BackendName,
  DeviceInfo,
  HubDownload,
  LoadProgress,
  ModelInfo,
  ModelSource,
  NetworkPlans,
  SharedEngine,
} from '../../protocol/engine.ts';
import type { ExplainEvent, ExplainRequest, WithoutCellsRequest } from '../../protocol/explain.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from '../../protocol/measure.ts';
import { DownloadJob, ExplainJob, HubJob, HubSearch, LoadJob, MeasureJob, SanityJob, settled, WithoutCellsJob } from './fake-jobs.ts';

export class FakeEngine implements SharedEngine {
  readonly explains: ExplainJob[] = [];
  readonly loads: LoadJob[] = [];
  readonly downloads: DownloadJob[] = [];
  readonly hubDownloads: HubJob[] = [];
  readonly hubSearches: HubSearch[] = [];
  readonly withouts: WithoutCellsJob[] = [];
  readonly measures: MeasureJob[] = [];
  readonly sanities: SanityJob[] = [];
  preference: BackendName | null | undefined;
  /** Layers as it plans them; left out: as they were loaded. */
  plan: (layers: readonly LayerInfo[]) => Promise<readonly LayerInfo[]> = async (layers) => layers;
  pixelPass: NetworkPlans['pixelPass'];
  isDisposed = false;
  /** How many engines it was told to be. */
  engines = 1;
  say: (sentence: string) => void = () => {};
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

  async planLayers(): Promise<NetworkPlans> {
    const layers = await this.plan((await this.loads.at(-1)?.result)?.layers ?? []);
    return { layers, ...(this.pixelPass && { pixelPass: this.pixelPass }) };
  }

  download(url: string, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<readonly File[]> {
    const job = new DownloadJob(url, onProgress, signal);
    this.downloads.push(job);
    return job.result;
  }

  searchHub(hub: string, query: HubQuery, signal?: AbortSignal): Promise<readonly HubResult[]> {
    const job = new HubSearch(hub, query, signal);
    this.hubSearches.push(job);
    return job.result;
  }

  downloadFromHub(hub: string, name: HubName, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<HubDownload> {
    const job = new HubJob(hub, name, onProgress, signal);
    this.hubDownloads.push(job);
    return job.result;
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal): Promise<void> {
    const job = new ExplainJob(request, onEvent, signal);
    this.explains.push(job);
    return job.result;
  }

  withoutCells(request: WithoutCellsRequest, signal?: AbortSignal): Promise<Float32Array> {
    const job = new WithoutCellsJob(request, signal);
    this.withouts.push(job);
    return job.result;
  }

  measure(request: MeasureRequest, onEvent: (event: MeasureEvent) => void, signal?: AbortSignal): Promise<void> {
    const job = new MeasureJob(request, onEvent, signal);
    this.measures.push(job);
    return job.result;
  }

  sanity(request: SanityRequest, onEvent: (event: SanityEvent) => void, signal?: AbortSignal): Promise<void> {
    const job = new SanityJob(request, onEvent, signal);
    this.sanities.push(job);
    return job.result;
  }

  async identify() {
    return { sha256: 'abc', tensorflow: '0' };
  }

  async memory() {
    return { tensors: 0, bytes: 0 };
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  resize(engines: number): void {
    this.engines = engines;
  }

  onNotice(listener: (sentence: string) => void): void {
    this.say = listener;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const job of [
      ...this.loads,
      ...this.downloads,
      ...this.hubDownloads,
      ...this.hubSearches,
      ...this.withouts,
      ...this.measures,
      ...this.sanities,
      ...this.explains,
    ])
      void job.fail(new AppError('internal', 'The worker was stopped.'));
  }

  /** The GPU is gone. */
  async lose(): Promise<void> {
    for (const listener of this.#lostListeners) listener('driver reset');
    await settled();
  }
}
