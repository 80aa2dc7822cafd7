/**
 * What follows from changes of the state: the only subscriptions to the store. Actions set state and do nothing else; here the explainer, the
 * queue of jobs, the URL and the preferences follow.
 */
import { shallow } from 'zustand/shallow';
import { fitsGrid } from '../explain/ablation-plan.ts';
import type { LayerInfo } from '../explain/layer-info.ts';
import type { Engine } from '../protocol/engine.ts';
import { isDepthInView } from './across-layers/depth-selectors.ts';
import type { AppState } from './app-state.ts';
import { CELLS, NO_CELLS } from './cells/cells-slice.ts';
import type { AppDependencies } from './dependencies.ts';
import { enginesInUse } from './engines/engine-count.ts';
import type { Explainer } from './explanation/explainer.ts';
import { figuresOf, formerOf } from './explanation/figures.ts';
import { NO_MEASURES } from './faithfulness/faithfulness-slice.ts';
import { NO_SANITY } from './faithfulness/sanity-slice.ts';
import type { History } from './history/history.ts';
import { isSameUndoable, recordChange, undoableIn } from './history/undoable.ts';
import type { Jobs } from './jobs.ts';
import { CELL_BY_CELL, tooLargeWords } from './models/adopt-view.ts';
import type { WatchedStore } from './slice.ts';
import { stabilityKey } from './stability/stability-selectors.ts';
import { layerInView, subjectKey } from './view/in-view.ts';
import { urlOf } from './view/url-of.ts';
import { preferencesOf } from './view/view-settings.ts';

/** What a person wishes to see: with another wish, what was stopped runs again. */
function wishes({ view, model, images }: AppState): readonly unknown[] {
  const { layer, classIndex, score, versus, ablation, order, memoryMb } = view;
  const { card, info } = model;
  const network = [card?.id, card?.preprocessing, card?.reading, info];
  return [layer, classIndex, score, versus, ablation, order, memoryMb, images.selectedId, ...network];
}

function canAsk({ device, model }: AppState): boolean {
  return device.status === 'ready' && model.status === 'ready';
}

interface Followers {
  readonly explainer: Explainer;
  readonly jobs: Jobs;
  readonly history: History;
  /** The one with the model on screen; null while there is none. */
  readonly engineInUse: () => Engine | null;
}

/** A reaction that changes the state is told of before the others have been told of what it followed from: they look at what is there by then. */
function atLatest(store: WatchedStore): WatchedStore {
  return { ...store, subscribe: (select, listener, options) => store.subscribe(() => select(store.getState()), listener, options) };
}

/** @returns to be called when the engine itself was replaced, which the state does not hold */
export function followState(watched: WatchedStore, { explainer, jobs, history, engineInUse }: Followers): () => void {
  const store = atLatest(watched);
  const open = () => {
    jobs.setEngine(canAsk(store.getState()) ? engineInUse() : null);
    explainer.update();
  };
  followLayer(store);
  store.subscribe(canAsk, open);
  store.subscribe(wishes, () => explainer.resumeAll(), { equalityFn: shallow });
  store.subscribe(
    ({ view }) => view.methods,
    (methods, former) => {
      // A figure that is shown again is wished for; of the others, what was cancelled stays so.
      const shown = methods.filter((id) => !former.includes(id));
      if (shown.length > 0) explainer.resume(shown);
      else explainer.update();
    },
  );
  store.subscribe(figuresOf, () => {
    const former = formerOf(store.getState());
    if (former !== store.getState().explanation.former) store.setState(({ explanation }) => ({ explanation: { ...explanation, former } }));
  });
  followSubject(store, jobs);
  // After the others: what follows from a change is undone with it.
  store.subscribe(undoableIn, (now, before) => recordChange(store, history, now, before), { equalityFn: isSameUndoable });
  return open;
}

/** The layer in view, where windows do not fit it: they were chosen at a larger one, in a link, or before the layer was known. */
function layerWithinWindows(state: AppState): LayerInfo | null {
  const layer = layerInView(state);
  const { window, stride } = state.view.ablation;
  const isByCell = window === CELL_BY_CELL.window && stride === CELL_BY_CELL.stride;
  return layer && !isByCell && !fitsGrid(layer, { window, stride }) ? layer : null;
}

/** Before the explainer follows: no sweep begins with windows that say nothing. */
function followLayer(store: WatchedStore): void {
  store.subscribe(layerWithinWindows, (layer) => {
    if (!layer) return;
    const { view, setAblation, notify } = store.getState();
    // First, so that it is one change with the one that it follows from.
    setAblation(CELL_BY_CELL);
    notify('info', tooLargeWords(layer, view.ablation));
  });
}

/** What was found out about a view that is not on screen any more is not shown as if it were about this one. */
function followSubject(store: WatchedStore, jobs: Jobs): void {
  store.subscribe(
    (state) => subjectKey(state, 'layer'),
    (key) => {
      const { about } = store.getState().cells;
      if (about === null || about === key) return;
      jobs.cancel(CELLS);
      store.setState({ cells: NO_CELLS });
    },
  );
  store.subscribe(
    (state) => subjectKey(state, 'score'),
    (key) => {
      const { faithfulness, sanity, cancelMeasuring, cancelSanity } = store.getState();
      if (faithfulness.about !== null && faithfulness.about !== key) {
        cancelMeasuring();
        store.setState((now) => ({ faithfulness: { ...now.faithfulness, ...NO_MEASURES } }));
      }
      if (sanity.about !== null && sanity.about !== key) {
        cancelSanity();
        store.setState({ sanity: NO_SANITY });
      }
    },
  );
  store.subscribe(
    (state) => state.depth.status === 'running' && (state.model.status === 'loading' || !isDepthInView(state)),
    (isOther) => isOther && store.getState().cancelDepth(),
  );
  store.subscribe(stabilityKey, (key) => {
    const { stability, cancelStability } = store.getState();
    if (stability.status === 'running' && stability.about !== key) cancelStability();
  });
  store.subscribe(
    ({ model }) => model.info,
    () => {
      // Files may be others under the same name.
      store.getState().cancelStability();
      store.setState(({ stability }) => ({ stability: { ...stability, findings: [] } }));
    },
  );
  // What is marked on an image that came from the set is marked in the set.
  store.subscribe(
    ({ faithfulness }) => faithfulness.box,
    (drawn) => {
      const { set } = store.getState();
      const [path] = Object.entries(set.opened).find(([, imageId]) => imageId === drawn?.imageId) ?? [];
      if (drawn && path !== undefined) store.setState({ set: { ...set, boxes: { ...set.boxes, [path]: drawn.box } } });
    },
  );
  // A set belongs to the model that it was begun with.
  store.subscribe(
    ({ set, model }) => set.status === 'running' && (model.status === 'loading' || model.info?.id !== set.kept?.modelId),
    (isOther) => isOther && store.getState().interruptSet(),
  );
}

/** The engine in use is told how many of its kind there may be. */
export function followEngines(store: WatchedStore, connection: { resize(engines: number): void }): void {
  store.subscribe(enginesInUse, (engines) => connection.resize(engines));
}

/** From when on the page's own settings stand in the URL and in the browser's storage: once those that stood there have been taken over. */
export function followSettings(watched: WatchedStore, dependencies: Pick<AppDependencies, 'writeUrl' | 'writePreferences'>): void {
  const store = atLatest(watched);
  store.subscribe(
    (state) => (state.model.card ? urlOf(state) : null),
    (url) => url && dependencies.writeUrl(url),
    { equalityFn: (a, b) => a === b || (a !== null && b !== null && shallow(a, b)) },
  );
  store.subscribe(preferencesOf, (preferences) => dependencies.writePreferences(preferences), { equalityFn: shallow });
}
