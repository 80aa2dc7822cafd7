/** An engine whose answers are fixed, and whose `explain` is whatever the test says. */
import { AppError } from '../../core/app-error.ts';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import type { HubName } from '../../core/models/hub-name.ts';
import type {
  DeviceInfo,
  HubDownload,
  LoadProgress,
  MemoryUse,
  ModelInfo,
  ModelSource,
  NetworkPlans,
  PoolableEngine,
  SharedModel,
} from '../engine.ts';
import type { ExplainEvent, ExplainRequest, MoreItems, WithoutCellsRequest } from '../explain.ts';
import type { MeasureEvent, MeasureRequest } from '../measure.ts';

export const DEVICE: DeviceInfo = { backend: 'cpu', adapter: 'test', isSoftware: false, remark: '' };
export const MODEL: ModelInfo = {
  id: 'm',
  title: 'M',
  input: { width: 1, height: 1 },
  takesAnySize: false,
  isGuessed: false,
  preprocessing: TORCH_PREPROCESSING,
  outputs: [{ index: 0, name: 'scores', units: 1 }],
  output: 0,
  units: 1,
  reading: 'number',
  readings: ['binary', 'number'],
  givenNames: ['a'],
  nameSource: 'given',
  classNames: ['a'],
  layers: [],
  forward: { macs: 1, values: 1 },
  defaultLayer: '',
  parameterCount: 0,
  remark: '',
  guesses: { input: '', output: '', names: '' },
};
export class ScriptedEngine implements PoolableEngine {
  readonly requests: ExplainRequest[] = [];
  lose: (reason: string) => void = () => {};
  script: (onEvent: (event: ExplainEvent) => void, signal: AbortSignal | undefined, moreItems: MoreItems | undefined) => Promise<void> =
    async () => {};

  async start(): Promise<DeviceInfo> {
    return DEVICE;
  }

  async loadModel(source: ModelSource, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo> {
    if (source.id === 'broken') throw new AppError('model-file-broken', 'The file model.json is no model.');
    if (source.id === 'bug') throw new TypeError('x is undefined');
    onProgress({ loadedBytes: 1, totalBytes: 2, isFromCache: false });
    onProgress({ loadedBytes: 2, totalBytes: 2, isFromCache: false });
    return MODEL;
  }

  async planLayers(): Promise<NetworkPlans> {
    return { layers: MODEL.layers };
  }

  async shareModel(): Promise<SharedModel | null> {
    return null;
  }

  async loadShared(_model: SharedModel): Promise<ModelInfo> {
    return MODEL;
  }

  onStopped(_listener: (detail: string) => void): void {}

  async download(url: string, onProgress: (progress: LoadProgress) => void): Promise<readonly File[]> {
    onProgress({ loadedBytes: 3, totalBytes: 3, isFromCache: false });
    return [new File(['abc'], url)];
  }

  async searchHub(hub: string, { text, author: repository }: HubQuery): Promise<readonly HubResult[]> {
    return [{ repository, task: text, downloads: 1, bytes: 2, isGated: false, isDisabled: false, hasSafetensors: true, licence: hub }];
  }

  async downloadFromHub(hub: string, name: HubName, onProgress: (progress: LoadProgress) => void): Promise<HubDownload> {
    onProgress({ loadedBytes: 3, totalBytes: 3, isFromCache: false });
    return { name: { ...name, revision: 'abc' }, files: [new File(['abc'], hub)] };
  }

  explain(request: ExplainRequest, onEvent: (event: ExplainEvent) => void, signal?: AbortSignal, moreItems?: MoreItems): Promise<void> {
    this.requests.push(request);
    return this.script(onEvent, signal, moreItems);
  }

  async withoutCells({ cells }: WithoutCellsRequest): Promise<Float32Array> {
    return Float32Array.from(cells);
  }

  async measure(_request: MeasureRequest, onEvent: (event: MeasureEvent) => void): Promise<void> {
    onEvent({ kind: 'progress', done: 1, total: 1, remainingMs: 0 });
  }

  async sanity(): Promise<void> {}

  async identify() {
    return { sha256: 'abc', tensorflow: '0' };
  }

  async memory(): Promise<MemoryUse> {
    return { tensors: 7, bytes: 8 };
  }

  onLost(listener: (reason: string) => void): void {
    this.lose = listener;
  }

  dispose(): void {}
}

export function request(id = 'image'): ExplainRequest {
  const pixels = { width: 1, height: 1, data: new Uint8ClampedArray([1, 2, 3, 255]) };
  return {
    image: { id, pixels },
    layer: 'l',
    work: { method: 'grad-cam', score: { classIndex: 0, kind: 'logit', versus: null, reading: 'number' } },
    budgetBytes: 1e6,
  };
}
