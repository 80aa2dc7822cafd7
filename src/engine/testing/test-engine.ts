import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { AblationSettings, AblationSweep } from '../../explain/ablation-plan.ts';
import type { ChannelSweep } from '../../explain/channel-sweep.ts';
import { DEFAULT_SWEEP, type SweepSettings } from '../../explain/input/input-settings.ts';
import type { MaskSweep } from '../../explain/input/mask-sweep.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type ScoreKind, topClasses, type Versus } from '../../explain/target.ts';
import type { MapResult, Result, SweepResult, Work } from '../../explain/work.ts';
import type { ModelArtifacts } from '../../formats/network/artifacts.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import { ask } from '../../protocol/ask.ts';
import type { BackendName, Engine } from '../../protocol/engine.ts';
import type { ExactEvaluation, ExplainEvent, ImageInput, RgbaPixels } from '../../protocol/explain.ts';
import { LocalEngine } from '../local-engine.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';

/** A manifest for a model whose input is `height x width`. */
export function testManifest(height: number, width: number, change: Partial<ModelManifest> = {}): ModelManifest {
  return {
    title: 'Test model',
    description: '',
    input: { width, height },
    preprocessing: TORCH_PREPROCESSING,
    outputReading: 'softmax',
    classNames: [],
    origin: 'made by a test',
    licence: 'MIT',
    files: [],
    ...change,
  };
}

/** A model made by a test, as if it had been read from a file. */
export function asRead(artifacts: ModelArtifacts, manifest: ModelManifest): ReadModel {
  return { fileName: 'test.h5', artifacts, manifest, isGuessed: false, remark: '' };
}

/** What a test's engine never does. */
export async function noDownload(): Promise<never> {
  throw new Error('nothing is to be downloaded');
}

/** The bound on a batch's memory where a test does not set its own. */
const TEST_BUDGET_BYTES = 256 * 1024 * 1024;

/** A started engine. @param openModel whatever it is asked to load */
export async function startedEngine(backend: BackendName, openModel: () => Promise<ReadModel>): Promise<LocalEngine> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
  const info = await engine.start(backend);
  if (info.backend !== backend) throw new Error(`${backend} was asked for, ${info.backend} was opened: ${info.remark}`);
  return engine;
}

/** A started engine with this model loaded. */
export async function engineWith(backend: BackendName, artifacts: ModelArtifacts, manifest: ModelManifest): Promise<LocalEngine> {
  const engine = await startedEngine(backend, async () => asRead(artifacts, manifest));
  await engine.loadModel({ kind: 'folder', id: 'test', url: '' }, () => {});
  return engine;
}

/** A method, or the estimate of a long sweep. */
export type WorkKind = MethodId | 'first-order';

/** All that the engine can be asked to explain by, methods to come included. */
export const WORK_KINDS: readonly WorkKind[] = [...METHODS.map(({ id }) => id), 'first-order'];

/** What a test wants to know; where it says nothing, cells are zeroed one by one, masks are few, and the class stands by itself. */
export interface Question {
  readonly image: ImageInput;
  readonly layer: string;
  /** Null: the class with the highest logit. */
  readonly classIndex: number | null;
  readonly score: ScoreKind;
  readonly versus?: Versus;
  readonly reading?: OutputReading;
  readonly ablation?: AblationSettings & Partial<SweepSettings>;
  readonly methods: readonly WorkKind[];
  readonly budgetBytes?: number;
  /** How the copies of sweeps are run; left out: as the backend has it. */
  readonly exact?: ExactEvaluation;
}

/** As many masks as tell whether something is left behind. */
const FEW_MASKS = { count: 12, seed: 1 };

export function workOf(method: WorkKind, question: Question, classIndex: number): Work {
  const { score: kind, versus = null, reading = 'softmax' } = question;
  const ablation = { ...DEFAULT_SWEEP, rise: FEW_MASKS, ...question.ablation };
  const score = { classIndex, kind, versus, reading };
  return method === 'first-order' ? { method, score, value: ablation.value } : methodOf(method).whole({ score, ablation });
}

/** Asks for one method after the other. */
export async function explain(engine: Engine, question: Question, signal?: AbortSignal) {
  const { image, layer, methods, budgetBytes = TEST_BUDGET_BYTES, exact } = question;
  const events: ExplainEvent[] = [];
  const results: Result[] = [];
  const about = (work: Work | null) =>
    ask(engine, { image, layer, work, budgetBytes, ...(exact && { exact }) }, (event) => events.push(event), signal);
  const { logits } = await about(null);
  for (const method of methods) {
    const { result } = await about(
      workOf(method, question, question.classIndex ?? topClasses(logits, question.reading ?? 'softmax', 1)[0] ?? 0),
    );
    if (result) results.push(result);
  }
  return { events, logits, results };
}

/** What each sweep results in; everything else results in a map. */
export interface SweepOf {
  readonly 'fast-ablation-cam': AblationSweep;
  readonly 'recipro-cam': AblationSweep;
  readonly occlusion: AblationSweep;
  readonly 'ablation-cam': ChannelSweep;
  readonly 'score-cam': ChannelSweep;
  readonly rise: MaskSweep;
}

type ResultOf<Kind extends WorkKind> = Kind extends keyof SweepOf ? SweepResult & { readonly sweep: SweepOf[Kind] } : MapResult;

/** The result of one method, or an error that says it is missing. */
export function resultOf<Kind extends WorkKind>(results: readonly Result[], method: Kind): ResultOf<Kind> {
  const found = results.find((result): result is ResultOf<Kind> => result.method === method);
  if (!found) throw new Error(`no result of ${method}`);
  return found;
}

/** An image of one colour. */
export function plainImage(width: number, height: number, value = 0): RgbaPixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(value);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, data };
}

/** An image without a pattern. */
export function unevenImage(width: number, height: number): RgbaPixels {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 97 + ((i * i) % 89) * 31) % 256));
  return { width, height, data };
}
