/** Explains the image on screen again and again while it changes a little, one request to the engine for each run of each method. */

import { isIdentity } from '../../core/images/input-change.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { DEFAULT_STABILITY } from '../../explain/stability/run-changes.ts';
import { noRuns, type RunMap, type SteadyMap, withRun } from '../../explain/stability/steady-map.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { Result } from '../../explain/work.ts';
import { ask } from '../../protocol/ask.ts';
import type { Engine, ModelInfo } from '../../protocol/engine.ts';
import type { ExplainEvent, ExplainRequest } from '../../protocol/explain.ts';
import { submitTimed } from '../drawer/timed-job.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { findIn } from '../explanation/explain-plan.ts';
import { type Image, pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { ablationInView, layerInView, scoreInView, selectedImage } from '../view/in-view.ts';
import { isRunMissing, type PlannedRuns, passesOfRun, plannedRuns, stabilityKey } from './stability-selectors.ts';
import type { StabilityFinding, StabilitySlice } from './stability-state.ts';

const OWNER = 'stability';

/** As many views as people go back to. */
const MAX_FINDINGS = 8;

/** What the runs are about. */
interface Subject {
  readonly about: string;
  readonly info: ModelInfo;
  readonly card: ModelCard;
  readonly image: Image;
  readonly layer: LayerInfo;
  readonly score: ClassScore;
  readonly ablation: SweepSettings;
  readonly planned: readonly PlannedRuns[];
}

/** Tells how far a job is, and how long it goes on, by what it has done itself. */
function progressOf(total: number, onProgress: (progress: StabilitySlice['stability']['progress']) => void) {
  const startedAt = performance.now();
  let done = 0;
  const tell = (now: number) => onProgress({ done: now, total, remainingMs: remainingTime(now, total, performance.now() - startedAt) });
  return {
    /** Of the request under way. */
    tellPart: (share: number, passes: number) => tell(done + share * passes),
    add(passes: number) {
      done += passes;
      tell(done);
    },
  };
}

function runMap(id: MethodId, result: Result, score: ClassScore): RunMap {
  const method = methodOf(id);
  return { map: method.mapOf(result, score, null).map, caveat: method.caveat(result, score) };
}

export function createStabilitySlice(context: SliceContext): StabilitySlice {
  const { store, cache, jobs } = context;
  const change = (part: Partial<StabilitySlice['stability']>) =>
    store.setState(({ stability }) => ({ stability: { ...stability, ...part } }));

  function knownOf(about: string): StabilityFinding['maps'] {
    return store.getState().stability.findings.find((finding) => finding.about === about)?.maps ?? {};
  }

  function keep(about: string, id: MethodId, steady: SteadyMap): void {
    const { findings } = store.getState().stability;
    const others = findings.filter((finding) => finding.about !== about);
    change({ findings: [...others, { about, maps: { ...knownOf(about), [id]: steady } }].slice(-MAX_FINDINGS) });
  }

  function subjectInView(): Subject | null {
    const state = store.getState();
    const { info, card } = state.model;
    const image = selectedImage(state);
    const layer = layerInView(state);
    const score = scoreInView(state);
    const about = stabilityKey(state);
    const planned = plannedRuns(state);
    if (!info || !card || !image || !layer || !score || about === null || planned.length === 0) return null;
    return { about, info, card, image, layer, score, ablation: ablationInView(state), planned };
  }

  async function explain(
    engine: Engine,
    { image, card, layer, score, ablation }: Subject,
    id: MethodId,
    changed: Pick<ExplainRequest, 'change'>,
    onEvent: (event: ExplainEvent) => void,
    signal: AbortSignal,
  ): Promise<RunMap> {
    const request = {
      image: { id: image.id, pixels: pixelsOf(image) },
      preprocessing: card.preprocessing,
      layer: layer.name,
      work: methodOf(id).whole({ score, ablation }),
      budgetBytes: budgetBytes(store.getState()),
      ...changed,
    };
    const { result } = await ask(engine, request, onEvent, signal);
    if (!result) throw new RangeError(`the engine has no map by ${id}`);
    return runMap(id, result, score);
  }

  /** The map of the image as it is, where a figure has it already. */
  function ownMap({ info, image, layer, score, ablation }: Subject, id: MethodId): RunMap | null {
    const find = findIn({ cache, place: { modelId: info.id, imageId: image.id, layer: layer.name } });
    const known = methodOf(id).known({ score, ablation, order: 'largest-first', layer }, find, null);
    return known?.isDone ? runMap(id, known.result, score) : null;
  }

  /** Run by run, so that every method has as many; what is known already is not asked for again. */
  async function run(engine: Engine, subject: Subject, signal: AbortSignal): Promise<void> {
    const { about, info, planned } = subject;
    const passes = (id: MethodId) => passesOfRun(store.getState(), id);
    const most = Math.max(...planned.map(({ changes }) => changes.length));
    const isAsked = ({ id, changes }: PlannedRuns, run: number) => {
      const own = changes[run];
      return own !== undefined && !isIdentity(own) && isRunMissing(knownOf(about)[id], run);
    };
    const ofMethod = (one: PlannedRuns) => one.changes.filter((_, i) => isAsked(one, i)).length * passes(one.id);
    const unknown = planned.filter(({ id }) => !knownOf(about)[id] && !ownMap(subject, id));
    const total = [...planned.map(ofMethod), ...unknown.map(({ id }) => passes(id))].reduce((sum, part) => sum + part, 0);
    const progress = progressOf(total, (now) => change({ progress: now }));
    const mapBy = async (id: MethodId, changed: Pick<ExplainRequest, 'change'>) => {
      const tellPart = (event: ExplainEvent) => {
        if (event.kind === 'progress' && !signal.aborted) progress.tellPart(event.done / event.total, passes(id));
      };
      const made = await explain(engine, subject, id, changed, tellPart, signal);
      signal.throwIfAborted();
      progress.add(passes(id));
      return made;
    };
    for (const { id } of planned) if (!knownOf(about)[id]) keep(about, id, noRuns(ownMap(subject, id) ?? (await mapBy(id, {}))));
    for (let i = 0; i < most; i++) {
      for (const { id, changes } of planned) {
        const [steady, own] = [knownOf(about)[id], changes[i]];
        if (!steady || !own || !isRunMissing(steady, i)) continue;
        const asItIs = { map: steady.own, caveat: steady.ownCaveat };
        const made = isIdentity(own) ? asItIs : await mapBy(id, { change: own });
        keep(about, id, withRun(steady, made, own, info.input, methodOf(id)));
      }
    }
  }

  return {
    stability: { settings: DEFAULT_STABILITY, status: 'idle', about: null, findings: [], progress: null },

    setStability(part) {
      change({ settings: { ...store.getState().stability.settings, ...part } });
    },

    async runStability() {
      const subject = subjectInView();
      if (!subject) return;
      change({ status: 'running', about: subject.about, progress: null });
      const status = await submitTimed(context, OWNER, 'stability', {
        rank: 'asked',
        run: (engine, signal) => run(engine, subject, signal),
      });
      if (status !== 'cancelled') change({ status, progress: null });
    },

    cancelStability() {
      if (jobs.cancel(OWNER)) change({ status: 'cancelled', progress: null });
    },
  };
}
