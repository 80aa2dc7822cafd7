/** What a page can ask of an engine in a worker: one entry each, which both ends follow. */
import type { HubQuery, HubResult } from '../core/models/hub-model.ts';
import type { HubName } from '../core/models/hub-name.ts';
import type {
  BackendName,
  DeviceInfo,
  HubDownload,
  LoadProgress,
  MemoryUse,
  ModelIdentity,
  ModelInfo,
  ModelSource,
  NetworkPlans,
  SharedModel,
} from './engine.ts';
import type { ExactEvaluation, ExplainEvent, ExplainRequest, WithoutCellsRequest } from './explain.ts';
import type { MeasureEvent, MeasureRequest, SanityEvent, SanityRequest } from './measure.ts';

/** A call: what is sent, what is reported meanwhile, and what is answered in the end. */
interface CallType<Request, Report, Answer> {
  readonly request: Request;
  readonly report: Report;
  readonly answer: Answer;
}

export interface Calls {
  readonly start: CallType<
    { readonly preference: BackendName | null; readonly threads: number | null; readonly exact: ExactEvaluation | null },
    never,
    DeviceInfo
  >;
  readonly loadModel: CallType<{ readonly source: ModelSource }, LoadProgress, ModelInfo>;
  readonly planLayers: CallType<Record<never, never>, never, NetworkPlans>;
  readonly shareModel: CallType<Record<never, never>, never, SharedModel | null>;
  readonly loadShared: CallType<{ readonly model: SharedModel }, never, ModelInfo>;
  readonly download: CallType<{ readonly url: string }, LoadProgress, readonly File[]>;
  readonly searchHub: CallType<{ readonly hub: string; readonly query: HubQuery }, never, readonly HubResult[]>;
  readonly downloadFromHub: CallType<{ readonly hub: string; readonly name: HubName }, LoadProgress, HubDownload>;
  readonly explain: CallType<ExplainRequest, ExplainEvent, void>;
  readonly withoutCells: CallType<WithoutCellsRequest, never, Float32Array>;
  readonly measure: CallType<MeasureRequest, MeasureEvent, void>;
  readonly sanity: CallType<SanityRequest, SanityEvent, void>;
  readonly identify: CallType<Record<never, never>, never, ModelIdentity>;
  readonly memory: CallType<Record<never, never>, never, MemoryUse>;
}

export type CallName = keyof Calls;
