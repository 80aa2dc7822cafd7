/** Measuring the maps on screen: all of them and a random one, in one run of the network. */

import { remainingTime } from '../../core/reports/remaining-time.ts';
import { randomMap } from '../../core/statistics/random.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import { DEFAULT_MEASURE, type MapMeasures } from '../../metrics/measures.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { hasRanking } from '../../metrics/ranking.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { WholeRequest } from '../../sets/explain-whole.ts';
import { measureSensitivity } from '../../sets/max-sensitivity.ts';
import type { AppState } from '../app-state.ts';
import { submitTimed } from '../drawer/timed-job.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { figureOf } from '../explanation/figures.ts';
import { scoreNameOf, shownMap } from '../explanation/selectors.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { ablationInView, effectiveClass, layerInView, readingOf, scoreInView, selectedImage, subjectKey } from '../view/in-view.ts';
import type { FaithfulnessSlice, MeasuredMap } from './faithfulness-state.ts';
import { sensitiveInView } from './sensitive-methods.ts';

const RANDOM_SEED = 1;

export const NO_MEASURES: Omit<FaithfulnessSlice['faithfulness'], 'settings' | 'box' | 'isDrawingBox'> = {
  status: 'idle',
  about: null,
  className: '',
  reading: 'softmax',
  measuredWith: DEFAULT_MEASURE,
  removal: null,
  rows: [],
  progress: null,
};

/** What the network is asked of every image: the probability of the class that is explained, or the number. */
function followedScore(state: AppState): ClassScore | null {
  const classIndex = effectiveClass(state);
  const reading = readingOf(state.model);
  return classIndex === null ? null : { classIndex, kind: reading === 'number' ? 'value' : 'probability', versus: null, reading };
}

/** The finished maps on screen, and one that knows nothing, for comparison. */
function mapsToMeasure(state: AppState): MeasuredMap[] {
  const sensitive = sensitiveInView(state);
  const unmeasured = { isPending: true, measures: null } as const;
  const maps = state.view.methods.flatMap((id) => {
    const shown = figureOf(state, id).status === 'done' ? shownMap(state, id) : null;
    if (!shown) return [];
    const isExplaining = hasRanking(shown.map) && sensitive.some((method) => method.id === id);
    const { title } = methodOf(id);
    return [{ ...unmeasured, id, title, layer: shown.context.layer, map: shown.map, changes: isExplaining ? [] : null, isExplaining }];
  });
  const [first] = maps;
  if (!first) return [];
  const random = { ...RANDOM_MAP, layer: '', map: randomMap(first.map, RANDOM_SEED), changes: null, isExplaining: false };
  return [...maps, { ...unmeasured, ...random }];
}

const OWNER = 'faithfulness';

/** What is asked of the engine about the image. */
interface Question {
  readonly request: Omit<WholeRequest, 'layer'>;
  /** What is followed. */
  readonly score: ClassScore;
}

type Tell = (done: number, total: number, remainingMs: number | null) => void;

/** What is still to be explained for max-sensitivity, in forward passes. */
function passesLeft(state: AppState, rows: readonly MeasuredMap[]): number {
  const { samples = 0 } = state.faithfulness.settings.sensitivity ?? {};
  return sensitiveInView(state).reduce((sum, { id, passes }) => {
    const { isExplaining = false, changes } = rows.find((row) => row.id === id) ?? {};
    return isExplaining && changes ? sum + (samples - changes.length) * passes : sum;
  }, 0);
}

export function createFaithfulnessSlice(context: SliceContext): FaithfulnessSlice {
  const { store, jobs } = context;
  const change = (part: Partial<FaithfulnessSlice['faithfulness']>) =>
    store.setState(({ faithfulness }) => ({ faithfulness: { ...faithfulness, ...part } }));

  /** What was not measured any more is not said to be on its way. */
  function end(status: 'cancelled' | 'failed'): void {
    const measured = store.getState().faithfulness.rows.filter(({ isPending }) => !isPending);
    const rows = measured.map((row) => (row.isExplaining ? { ...row, changes: null, isExplaining: false } : row));
    change({ status, progress: null, rows });
  }

  function changeRow(id: string, part: Partial<MeasuredMap>): void {
    const { rows } = store.getState().faithfulness;
    change({ rows: rows.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  }

  const take = (id: string, measures: MapMeasures | null) => changeRow(id, { measures, isPending: false });

  /** Scores the images of the rows that have none of it yet. */
  async function score(engine: Engine, state: AppState, { request, score }: Question, tell: Tell, signal: AbortSignal): Promise<number> {
    const rows = store.getState().faithfulness.rows.filter(({ isPending }) => isPending);
    for (const { id, map } of rows) if (!hasRanking(map)) take(id, null);
    const maps = rows.filter(({ map }) => hasRanking(map)).map(({ id, map }) => ({ id, map }));
    if (maps.length === 0) return 0;
    let scored = 0;
    await engine.measure(
      { ...request, score, maps, settings: state.faithfulness.settings },
      (event) => {
        if (signal.aborted) return;
        if (event.kind === 'removal') change({ removal: event.removal });
        else if (event.kind === 'measured') take(event.id, event.measures);
        else {
          scored = event.total;
          tell(event.done, event.total, event.remainingMs);
        }
      },
      signal,
    );
    return scored;
  }

  /** Explains the image again and again for the rows of which not all of that is known yet. */
  async function explain(engine: Engine, state: AppState, { request }: Question, tell: (done: number) => void, signal: AbortSignal) {
    const layer = layerInView(state);
    const { sensitivity: settings } = state.faithfulness.settings;
    // The maps on screen are those of another score than the one that is followed.
    const explained = scoreInView(state);
    const maps = store
      .getState()
      .faithfulness.rows.flatMap(({ id, map, changes, isExplaining }) =>
        isExplaining && changes ? [{ id: methodOf(id).id, map, changes }] : [],
      );
    if (!layer || !settings || !explained || maps.length === 0) return;
    const subject = { score: explained, ablation: ablationInView(state) };
    const passes = new Map(sensitiveInView(state).map((method) => [method.id, method.passes]));
    let done = 0;
    const about = { request: { ...request, layer: layer.name }, subject, settings, maps };
    const events = {
      onShare: (id: MethodId, share: number) => tell(done + share * (passes.get(id) ?? 0)),
      onChange(id: MethodId, changes: readonly number[]) {
        changeRow(id, { changes, isExplaining: changes.length < settings.samples });
        done += passes.get(id) ?? 0;
        tell(done);
      },
    };
    await measureSensitivity(engine, about, events, signal);
  }

  /** Measures what is not measured yet of the rows. */
  async function run(engine: Engine, state: AppState, signal: AbortSignal): Promise<void> {
    const { card } = state.model;
    const image = selectedImage(state);
    const followed = followedScore(state);
    if (!card || !image || !followed) return;
    const request = {
      image: { id: image.id, pixels: pixelsOf(image) },
      preprocessing: card.preprocessing,
      budgetBytes: budgetBytes(state),
    };
    const passes = passesLeft(state, store.getState().faithfulness.rows);
    const startedAt = performance.now();
    const tell = (done: number, total: number, remainingMs = remainingTime(done, total, performance.now() - startedAt)) =>
      change({ progress: { done, total, remainingMs } });
    const question = { request, score: followed };
    const scored = await score(
      engine,
      state,
      question,
      (done, total, remainingMs) => tell(done, total + passes, passes > 0 ? undefined : remainingMs),
      signal,
    );
    signal.throwIfAborted();
    await explain(engine, state, question, (done) => tell(scored + done, scored + passes), signal);
  }

  return {
    faithfulness: { ...NO_MEASURES, settings: DEFAULT_MEASURE, box: null, isDrawingBox: false },

    async measureMaps() {
      const state = store.getState();
      const about = subjectKey(state, 'score');
      const score = followedScore(state);
      const rows = mapsToMeasure(state);
      if (about === null || !score || rows.length === 0) return;
      const className = scoreNameOf(state, score);
      change({
        status: 'running',
        about,
        className,
        reading: score.reading,
        measuredWith: state.faithfulness.settings,
        removal: null,
        rows,
        progress: null,
      });
      const outcome = await submitTimed(context, OWNER, 'measure', { rank: 'asked', run: (engine, signal) => run(engine, state, signal) });
      if (outcome === 'done') change({ status: 'done', progress: null });
      else if (outcome === 'failed') end('failed');
    },

    cancelMeasuring() {
      if (jobs.cancel(OWNER)) end('cancelled');
    },

    setMeasure(part) {
      change({ settings: { ...store.getState().faithfulness.settings, ...part } });
    },

    drawBox(isDrawingBox) {
      change({ isDrawingBox });
    },

    setBox(box) {
      change({ box, isDrawingBox: false });
    },
  };
}
