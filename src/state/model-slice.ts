import { asAppError } from '../core/app-error.ts';
import { canBeExplained } from '../core/layer-info.ts';
import { remainingTime } from '../core/remaining-time.ts';
import type { LoadProgress, ModelInfo, ModelSource } from '../protocol/engine.ts';
import type { ModelCard, ModelSlice } from './app-state.ts';
import type { EngineConnection } from './engine-connection.ts';
import type { SliceContext } from './slice.ts';
import { writeView } from './view-slice.ts';

function cardOf({ id, title, input, preprocessing, outputActivation, classNames }: ModelInfo): ModelCard {
  return { id, title, description: '', input, preprocessing, outputActivation, classNames };
}

export function createModelSlice(context: SliceContext, connection: EngineConnection): ModelSlice {
  const { store, dependencies, explainer } = context;
  const change = (part: Partial<ModelSlice['model']>) => store.setState(({ model }) => ({ model: { ...model, ...part } }));
  let loading: AbortController | null = null;
  let opened = 0;
  const files = new Map<string, readonly File[]>();

  /** Shows the model once it is ready; until then, and if it fails, the one before stays. */
  async function load(source: ModelSource, card: ModelCard | null): Promise<void> {
    loading?.abort();
    const controller = new AbortController();
    loading = controller;
    const former = store.getState().model.info;
    const startedAt = performance.now();
    const onProgress = (progress: LoadProgress) => {
      const { loadedBytes, totalBytes } = progress;
      const remainingMs = remainingTime(loadedBytes, totalBytes, performance.now() - startedAt);
      if (loading === controller) change({ progress: { ...progress, remainingMs } });
    };
    change({ status: 'loading', progress: null });
    store.getState().cancelDepth();
    explainer.refresh();
    try {
      const info = await connection.loadModel(source, onProgress, controller.signal);
      if (loading !== controller) return;
      change({ status: 'ready', progress: null, info, card: card ?? cardOf(info) });
      adoptView(info, former);
      if (info.remark) store.getState().notify('info', info.remark);
    } catch (error) {
      if (loading !== controller) return;
      change({ status: former ? 'ready' : 'failed', progress: null });
      store.getState().notify('error', asAppError(error).message);
      explainer.refresh();
    }
  }

  /** Keeps the layer and the class in view where the new model has them. */
  function adoptView({ id, layers, defaultLayer, classNames }: ModelInfo, former: ModelInfo | null): void {
    const { view, notify } = store.getState();
    const hasLayer = layers.some((layer) => layer.name === view.layer && canBeExplained(layer));
    if (view.layer && !hasLayer && !former)
      notify('info', `The model has no layer “${view.layer}” to explain, so the address’s layer was ignored.`);
    const keepsClass = view.classIndex !== null && (!former || former.id === id) && view.classIndex < classNames.length;
    const keepsVersus = view.versus !== null && (!former || former.id === id) && view.versus < classNames.length;
    store.setState({
      view: {
        ...view,
        layer: hasLayer ? view.layer : defaultLayer,
        classIndex: keepsClass ? view.classIndex : null,
        versus: keepsVersus ? view.versus : null,
      },
    });
    writeView(context);
    explainer.viewChanged();
  }

  return {
    model: { catalogue: [], status: 'none', card: null, info: null, progress: null },

    async chooseModel(id) {
      const given = files.get(id);
      if (given) return load({ kind: 'files', id, files: given }, null);
      try {
        const card = await dependencies.fetchModelCard(id);
        await load({ kind: 'folder', id, url: dependencies.modelUrl(id) }, card);
      } catch (error) {
        change({ status: store.getState().model.info ? 'ready' : 'failed', progress: null });
        store.getState().notify('error', asAppError(error).message);
      }
    },

    cancelLoading() {
      loading?.abort();
      loading = null;
      change({ status: store.getState().model.info ? 'ready' : 'failed', progress: null });
      explainer.refresh();
    },

    async openModelFiles(given) {
      if (given.length === 0) return;
      const id = `opened-${++opened}`;
      await load({ kind: 'files', id, files: given }, null);
      const { catalogue, info } = store.getState().model;
      if (info?.id !== id) return;
      files.set(id, given);
      change({ catalogue: [...catalogue, { id, title: info.title, isBuiltIn: false }] });
      writeView(context);
    },
  };
}
