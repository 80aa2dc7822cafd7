/** Puts the store together: one vanilla zustand store, one file per slice, everything else handed in. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppState } from './app-state.ts';
import { Catalogue } from './catalogue.ts';
import { aboutCells, createCellsSlice, NO_CELLS } from './cells-slice.ts';
import { createCompareSlice } from './compare-slice.ts';
import type { AppDependencies } from './dependencies.ts';
import { isDepthInView } from './depth-selectors.ts';
import { createDepthSlice } from './depth-slice.ts';
import { EngineConnection } from './engine-connection.ts';
import { Explainer } from './explainer.ts';
import { createExportSlice } from './export-slice.ts';
import { aboutMeasures, createFaithfulnessSlice, NO_MEASURES } from './faithfulness-slice.ts';
import { emptyFigures } from './figures.ts';
import { createGivenSlice } from './given-slice.ts';
import { ModelChooser } from './model-chooser.ts';
import { ModelLoader } from './model-loader.ts';
import { createModelSlice } from './model-slice.ts';
import { createNoticesSlice } from './notices-slice.ts';
import { OpenedModels } from './opened-models.ts';
import { createPicturesSlice } from './pictures-slice.ts';
import { ResultCache } from './result-cache.ts';
import { SampleStrip } from './sample-strip.ts';
import { aboutSanity, createSanitySlice, NO_SANITY } from './sanity-slice.ts';
import { createSetSlice } from './set-slice.ts';
import { createSetupSlice } from './setup-slice.ts';
import { createStartSlice } from './start-slice.ts';
import { createViewSlice } from './view-slice.ts';

export function createAppStore(dependencies: AppDependencies): StoreApi<AppState> {
  const appStore = createStore<AppState>((setState, getState) => {
    const store = { getState, setState };
    const cache = new ResultCache();
    const connection = new EngineConnection(store, dependencies);
    const explainer = new Explainer(store, cache, () => connection.engine);
    connection.onReplaced(() => explainer.engineReplaced());
    const openedModels = new OpenedModels(dependencies.keptModels);
    const context = { store, dependencies, cache, explainer, openedModels };
    const loader = new ModelLoader(context, connection);
    const sampleStrip = new SampleStrip(context);
    const catalogue = new Catalogue(store, dependencies, openedModels);
    const chooser = new ModelChooser(context, loader, catalogue, sampleStrip);
    return {
      ...createNoticesSlice(store),
      ...createModelSlice(context, loader, chooser, catalogue),
      ...createSetupSlice(context, loader),
      ...createGivenSlice(context),
      ...createPicturesSlice(context),
      ...createViewSlice(context),
      ...createExportSlice(context, () => connection.engine),
      ...createStartSlice(context, { connection, loader, chooser, catalogue, sampleStrip }),
      device: { status: 'starting', info: null, passTimesMs: [] },
      explanation: { logits: null, figures: emptyFigures() },
      ...createDepthSlice(context, () => connection.engine),
      ...createCompareSlice(context),
      ...createSanitySlice(context, () => connection.engine),
      ...createSetSlice(context, connection, loader),
      ...createFaithfulnessSlice(context, () => connection.engine),
      ...createCellsSlice(context, () => connection.engine),
      cancel: () => explainer.cancel(),
      resume: () => explainer.viewChanged(),
    };
  });
  // Another picture, model or class is not what is being compared over depth.
  appStore.subscribe((state) => {
    if (state.depth.status === 'running' && !isDepthInView(state)) state.cancelDepth();
    // A set belongs to the model that it was begun with.
    const isOther = state.model.status === 'loading' || state.model.info?.id !== state.set.kept?.modelId;
    if (state.set.status === 'running' && isOther) state.pauseSet();
    const { faithfulness } = state;
    if (faithfulness.about !== null && faithfulness.about !== aboutMeasures(state)) {
      state.cancelMeasuring();
      appStore.setState((now) => ({ faithfulness: { ...now.faithfulness, ...NO_MEASURES } }));
    }
    if (state.sanity.about !== null && state.sanity.about !== aboutSanity(state)) {
      state.cancelSanity();
      appStore.setState({ sanity: NO_SANITY });
    }
    if (state.cells.about !== null && state.cells.about !== aboutCells(state)) appStore.setState({ cells: NO_CELLS });
  });
  return appStore;
}
