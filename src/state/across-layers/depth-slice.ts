/** The methods on screen at the end of every block, as many layers at once as there are engines: where along the network the evidence gathers. */

import type { ModelCard } from '../../core/models/model-card.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { Find, Subject } from '../../explain/methods/method.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { Work } from '../../explain/work.ts';
import type { Engine, ModelInfo } from '../../protocol/engine.ts';
import { severalAtOnce } from '../../sets/several-at-once.ts';
import { submitTimed } from '../drawer/timed-job.ts';
import { enginesInUse } from '../engines/engine-count.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { findIn } from '../explanation/explain-plan.ts';
import { keepEvent, type Place } from '../explanation/result-cache.ts';
import type { Image } from '../images/image-state.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { backendInUse, scoreInView, selectedImage } from '../view/in-view.ts';
import {
  columnTitle,
  depthDurationMs,
  depthLayers,
  depthMethods,
  depthSettings,
  isColumnDone,
  isDepthInView,
  isOfImage,
  layerToAdd,
} from './depth-selectors.ts';
import type { DepthColumn, DepthSlice } from './depth-state.ts';

export const IDLE_DEPTH: DepthSlice['depth'] = {
  status: 'idle',
  modelId: null,
  imageId: null,
  score: null,
  columns: [],
  combination: 'mean',
  leftOut: [],
  added: [],
  partial: 0,
  remainingMs: null,
};

/** What a strip is about. */
interface StripSubject {
  readonly info: ModelInfo;
  readonly card: ModelCard;
  readonly image: Image;
  readonly score: ClassScore;
}

const OWNER = 'depth';

export function createDepthSlice(context: SliceContext): DepthSlice {
  const { store, cache, jobs } = context;
  const change = (part: Partial<DepthSlice['depth']>) => store.setState(({ depth }) => ({ depth: { ...depth, ...part } }));

  function placeOf({ info, image }: StripSubject, layer: LayerInfo): Place {
    return { modelId: info.id, imageId: image.id, layer: layer.name };
  }

  /** The question of one method at a layer, and what is known of it. */
  function subjectOf({ score }: StripSubject, layer: LayerInfo): Subject {
    return { score, ablation: depthSettings(store.getState(), layer), order: 'largest-first', layer };
  }

  function findAt(subject: StripSubject, layer: LayerInfo): Find {
    return findIn({ cache, place: placeOf(subject, layer) });
  }

  /** What is known of a layer. */
  function columnOf(subject: StripSubject, layer: LayerInfo): DepthColumn {
    const known = (id: MethodId) => {
      const found = methodOf(id).known(subjectOf(subject, layer), findAt(subject, layer), null);
      return found?.isDone ? found.result : null;
    };
    const state = store.getState();
    const former = state.depth.columns.find((column) => column.layer.name === layer.name && isDepthInView(state))?.results;
    const results = Object.fromEntries(depthMethods(state).map((id) => [id, known(id)]));
    return { layer, title: columnTitle(state, layer), ablation: depthSettings(state, layer), results: { ...former, ...results } };
  }

  /** What is still to be asked about a layer, by these methods; null when all their maps are there. */
  function missingWork(subject: StripSubject, layer: LayerInfo, methods: readonly MethodId[]): Work | null {
    const about = { ...subjectOf(subject, layer), layer };
    for (const id of methods) {
      const work = methodOf(id).next(about, findAt(subject, layer));
      if (work) return work;
    }
    return null;
  }

  /** @param nextLayers those that will be asked about as well @param onShare told how much of the layer is there, 0 to 1 */
  async function ask(
    engine: Engine,
    subject: StripSubject,
    layer: LayerInfo,
    nextLayers: readonly string[],
    work: Work,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const state = store.getState();
    const { image } = subject;
    const context = { ...placeOf(subject, layer), backend: backendInUse(state) };
    const { preprocessing } = subject.card;
    const request = {
      image: { id: image.id, pixels: pixelsOf(image) },
      preprocessing,
      layer: layer.name,
      nextLayers: nextLayers.filter((name) => name !== layer.name),
      work,
      budgetBytes: budgetBytes(state),
    };
    const done = depthMethods(state).filter((id) => !methodOf(id).next({ ...subjectOf(subject, layer), layer }, findAt(subject, layer)));
    await engine.explain(
      request,
      (event) => {
        if (signal.aborted) return;
        keepEvent(cache, context, work, event);
        if (event.kind === 'progress') onShare((done.length + event.done / event.total) / depthMethods(state).length);
      },
      signal,
    );
  }

  async function run(engine: Engine, subject: StripSubject, signal: AbortSignal): Promise<void> {
    const layers = depthLayers(store.getState());
    const methods = depthMethods(store.getState());
    const missing = layers.filter((layer) => missingWork(subject, layer, methods)).map(({ name }) => name);
    /** Of the layers under way. */
    const shares = new Map<LayerInfo, number>();
    const partial = () => [...shares.values()].reduce((sum, share) => sum + share, 0);
    const show = () => {
      const columns = layers.map((layer) => columnOf(subject, layer));
      change({ columns, partial: partial(), remainingMs: depthDurationMs(store.getState(), columns) });
    };
    const explain = async (layer: LayerInfo, by: readonly MethodId[], own: AbortSignal) => {
      const onShare = (share: number) => {
        shares.set(layer, share);
        change({ partial: partial() });
      };
      for (let work = missingWork(subject, layer, by); work; work = missingWork(subject, layer, by))
        await ask(engine, subject, layer, missing, work, onShare, own);
      shares.delete(layer);
      if (!own.aborted) show();
    };
    show();
    // What changes the image itself is the same at every layer, and found once.
    const ofImage = methods.filter((id) => isOfImage(store.getState(), id));
    const [first] = layers;
    if (first && ofImage.length > 0) await explain(first, ofImage, signal);
    await severalAtOnce(layers, enginesInUse(store.getState()), (layer, own) => explain(layer, methods, own), signal);
  }

  /** What is in view, and what is known of it; null while there is nothing, or a strip is being made. */
  function stripInView(): { readonly subject: StripSubject; readonly strip: Partial<DepthSlice['depth']> } | null {
    const state = store.getState();
    const { info, card } = state.model;
    const image = selectedImage(state);
    const score = scoreInView(state);
    if (!info || !card || !image || !score || state.depth.status === 'running') return null;
    const subject = { info, card, image, score };
    const columns = depthLayers(state).map((layer) => columnOf(subject, layer));
    return { subject, strip: { modelId: info.id, imageId: image.id, score, columns } };
  }

  return {
    depth: IDLE_DEPTH,

    showKnownDepth() {
      const { strip } = stripInView() ?? {};
      const isKnown = strip?.columns?.every((column) => isColumnDone(store.getState(), column));
      if (strip && isKnown) change({ ...strip, status: 'done', remainingMs: null });
    },

    async compareOverDepth() {
      const found = stripInView();
      if (!found) return;
      const { subject, strip } = found;
      change({ ...strip, status: 'running' });
      const outcome = await submitTimed(context, OWNER, 'across-layers', {
        rank: 'asked',
        run: (engine, signal) => run(engine, subject, signal),
      });
      if (outcome !== 'cancelled') change({ status: outcome, remainingMs: null });
    },

    setCombined: change,

    async addDepthLayer() {
      const layer = layerToAdd(store.getState());
      if (!layer) return;
      change({ added: [...store.getState().depth.added, layer.name] });
      await store.getState().compareOverDepth();
    },

    cancelDepth() {
      jobs.cancel(OWNER);
      if (store.getState().depth.status === 'running') change({ status: 'cancelled', remainingMs: null });
    },
  };
}
