/** Puts the store together: one vanilla zustand store, one file per slice, everything else handed in. */
import { subscribeWithSelector } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createDepthSlice } from './across-layers/depth-slice.ts';
import type { AppState } from './app-state.ts';
import { createCellsSlice } from './cells/cells-slice.ts';
import { createCompareSlice } from './compare/compare-slice.ts';
import { createSetSlice } from './dataset/set-slice.ts';
import type { AppDependencies } from './dependencies.ts';
import { Explainer } from './explanation/explainer.ts';
import { KeptFindings } from './explanation/kept-findings.ts';
import { followPlans } from './explanation/layer-plans.ts';
import { ResultCache } from './explanation/result-cache.ts';
import { createExportSlice } from './export/export-slice.ts';
import { createFaithfulnessSlice } from './faithfulness/faithfulness-slice.ts';
import { createSanitySlice } from './faithfulness/sanity-slice.ts';
import { History } from './history/history.ts';
import { createHubSlice } from './hub/hub-slice.ts';
import { BackgroundPasses } from './images/background-passes.ts';
import { createGivenSlice } from './images/given-slice.ts';
import { createImagesSlice } from './images/images-slice.ts';
import { KeptImages } from './images/kept-images.ts';
import { PixelMemory } from './images/pixel-memory.ts';
import { createRemovalSlice } from './images/removal-slice.ts';
import { SampleStrip } from './images/sample-strip.ts';
import { Jobs } from './jobs.ts';
import { Catalogue } from './models/catalogue.ts';
import { EngineConnection } from './models/engine-connection.ts';
import { ModelChooser } from './models/model-chooser.ts';
import { ModelLoader } from './models/model-loader.ts';
import { createModelSlice } from './models/model-slice.ts';
import { OpenedModels } from './models/opened-models.ts';
import { createSetupSlice } from './models/setup-slice.ts';
import { createStartSlice } from './models/start-slice.ts';
import { createNoticesSlice } from './notices-slice.ts';
import { followEngines, followSettings, followState } from './reactions.ts';
import { createSessionSlice } from './session/session-slice.ts';
import { createStabilitySlice } from './stability/stability-slice.ts';
import { createStageSlice } from './stage/stage-slice.ts';
import { createViewSlice } from './view/view-slice.ts';

export function createAppStore(dependencies: AppDependencies): StoreApi<AppState> {
  let follow = () => {};
  const appStore = createStore<AppState>()(
    subscribeWithSelector((setState, getState) => {
      const store = { getState, setState };
      const cache = new ResultCache(() => setState(({ explanation }) => ({ explanation: { ...explanation, results: { cache } } })));
      const connection = new EngineConnection(store, dependencies);
      const jobs = new Jobs((message) => getState().notify('error', message));
      const explainer = new Explainer(store, jobs);
      const openedModels = new OpenedModels(dependencies.keptModels);
      const history = new History((titles) => setState({ history: titles }));
      const context = { store, dependencies, cache, jobs, openedModels, history, pixels: new PixelMemory(store, dependencies) };
      const loader = new ModelLoader(context, connection);
      const sampleStrip = new SampleStrip(context);
      const keptImages = new KeptImages(store, dependencies);
      const catalogue = new Catalogue(store, dependencies, openedModels);
      const chooser = new ModelChooser(context, loader, catalogue, sampleStrip);
      const engineInUse = () => connection.engine;
      follow = () => {
        const engineReplaced = followState(appStore, { explainer, jobs, history, engineInUse });
        keptImages.follow(appStore);
        new KeptFindings(store, cache, dependencies).follow(appStore, () => explainer.update());
        new BackgroundPasses(store, dependencies, cache, jobs).follow(appStore);
        followPlans(appStore, engineInUse);
        followEngines(appStore, connection);
        connection.onReplaced(() => {
          const { info } = getState().device;
          if (info) cache.forgetUnfinished(info.backend);
          engineReplaced();
        });
      };
      const slices: AppState = {
        ...createNoticesSlice(store),
        ...createHubSlice(store, dependencies, connection),
        ...createModelSlice(context, loader, chooser, catalogue),
        ...createSetupSlice(context, loader),
        ...createGivenSlice(context),
        ...createImagesSlice(context),
        ...createRemovalSlice(context, sampleStrip),
        ...createViewSlice(store),
        ...createStageSlice(store),
        ...createExportSlice(context, engineInUse),
        ...createSessionSlice(context, loader, engineInUse),
        ...createStartSlice(context, { connection, loader, chooser, catalogue, sampleStrip, keptImages }, () =>
          followSettings(appStore, dependencies),
        ),
        machine: dependencies.machine,
        device: { status: 'starting', info: null, passTimesMs: [], corrections: {} },
        explanation: { results: { cache }, activity: { held: {}, hasPassFailed: false, running: null }, former: {} },
        plans: null,
        ...createDepthSlice(context),
        ...createCompareSlice(context),
        ...createSanitySlice(context),
        ...createStabilitySlice(context),
        ...createSetSlice(context, loader),
        ...createFaithfulnessSlice(context),
        ...createCellsSlice(context),
        history: { undo: null, redo: null },
        undo: () => history.undo(),
        redo: () => history.redo(),
        cancel: (method) => explainer.cancel(method),
        resume: (method) => explainer.resume([method]),
      };
      return slices;
    }),
  );
  follow();
  return appStore;
}
