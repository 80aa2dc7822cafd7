/** Measuring the maps on screen: all of them and a random one, in one run of the network. */

import { randomMap } from '../../core/statistics/random.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import { DEFAULT_MEASURE, type MapMeasures } from '../../metrics/measures.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { hasRanking } from '../../metrics/ranking.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import { clockFor } from '../drawer/expected-times.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { figureOf } from '../explanation/figures.ts';
import { scoreNameOf, shownMap } from '../explanation/selectors.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { effectiveClass, readingOf, selectedImage, subjectKey } from '../view/in-view.ts';
import type { FaithfulnessSlice, MeasuredMap } from './faithfulness-state.ts';

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
function mapsToMeasure(state: AppState): Omit<MeasuredMap, 'measures'>[] {
  const maps = state.view.methods.flatMap((id) => {
    const shown = figureOf(state, id).status === 'done' ? shownMap(state, id) : null;
    return shown ? [{ id, title: methodOf(id).title, layer: shown.context.layer, map: shown.map, isPending: true }] : [];
  });
  const [first] = maps;
  if (!first) return [];
  return [...maps, { ...RANDOM_MAP, layer: '', map: randomMap(first.map, RANDOM_SEED), isPending: true }];
}

const OWNER = 'faithfulness';

export function createFaithfulnessSlice({ store, jobs }: SliceContext): FaithfulnessSlice {
  const change = (part: Partial<FaithfulnessSlice['faithfulness']>) =>
    store.setState(({ faithfulness }) => ({ faithfulness: { ...faithfulness, ...part } }));
  let count = 0;

  /** What was not measured any more is not said to be on its way. */
  function end(status: 'cancelled' | 'failed'): void {
    change({ status, progress: null, rows: store.getState().faithfulness.rows.filter(({ isPending }) => !isPending) });
  }

  function take(id: string, measures: MapMeasures | null): void {
    const { rows } = store.getState().faithfulness;
    change({ rows: rows.map((row) => (row.id === id ? { ...row, measures, isPending: false } : row)) });
  }

  /** Measures the rows that are not measured yet. */
  async function run(engine: Engine, state: AppState, signal: AbortSignal): Promise<void> {
    const rows = store.getState().faithfulness.rows.filter(({ isPending }) => isPending);
    const { card } = state.model;
    const image = selectedImage(state);
    const score = followedScore(state);
    if (!card || !image || !score) return;
    for (const { id, map } of rows) if (!hasRanking(map)) take(id, null);
    const request = {
      image: { id: image.id, pixels: pixelsOf(image) },
      preprocessing: card.preprocessing,
      score,
      maps: rows.filter(({ map }) => hasRanking(map)).map(({ id, map }) => ({ id, map })),
      settings: state.faithfulness.settings,
      budgetBytes: budgetBytes(state),
    };
    await engine.measure(
      request,
      (event) => {
        if (signal.aborted) return;
        if (event.kind === 'removal') change({ removal: event.removal });
        else if (event.kind === 'measured') take(event.id, event.measures);
        else change({ progress: { done: event.done, total: event.total, remainingMs: event.remainingMs } });
      },
      signal,
    );
  }

  return {
    faithfulness: { ...NO_MEASURES, settings: DEFAULT_MEASURE, box: null, isDrawingBox: false },

    async measureMaps() {
      const state = store.getState();
      const about = subjectKey(state, 'score');
      const score = followedScore(state);
      const rows = mapsToMeasure(state).map((row): MeasuredMap => ({ ...row, measures: null }));
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
      const clock = clockFor(store, 'measure');
      const outcome = await jobs.submit(OWNER, {
        key: String(++count),
        rank: 'asked',
        run: (engine, signal) => clock.time(() => run(engine, state, signal)),
      });
      if (outcome === 'done') clock.stop();
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
