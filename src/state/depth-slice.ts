/** FastAblationCAM and Grad-CAM at the end of every block, one after the other: where along the network the evidence gathers. */
import { asAppError } from '../core/app-error.ts';
import { blockEnds } from '../core/layer-groups.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { ModelCard } from '../core/model-card.ts';
import type { ClassScore } from '../core/scores.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import type { Find, Subject } from '../explain/methods/method.ts';
import type { Work } from '../explain/work.ts';
import type { Engine, ModelInfo } from '../protocol/engine.ts';
import { DEPTH_METHODS, depthDurationMs, depthSettings } from './depth-selectors.ts';
import { budgetBytes } from './device-costs.ts';
import { findIn } from './explain-plan.ts';
import type { DepthColumn, DepthSlice } from './explanation-state.ts';
import type { Picture } from './picture-state.ts';
import { keepEvent, type Place } from './result-cache.ts';
import { scoreToExplain, selectedPicture } from './selectors.ts';
import type { SliceContext } from './slice.ts';

export const IDLE_DEPTH: DepthSlice['depth'] = {
  status: 'idle',
  modelId: null,
  pictureId: null,
  score: null,
  columns: [],
  remainingMs: null,
};

/** What a strip is about. */
interface StripSubject {
  readonly info: ModelInfo;
  readonly card: ModelCard;
  readonly picture: Picture;
  readonly score: ClassScore;
}

export function createDepthSlice({ store, cache, explainer }: SliceContext, engineInUse: () => Engine | null): DepthSlice {
  let controller: AbortController | null = null;
  const change = (part: Partial<DepthSlice['depth']>) => store.setState(({ depth }) => ({ depth: { ...depth, ...part } }));

  function placeOf({ info, picture }: StripSubject, layer: LayerInfo): Place {
    return { modelId: info.id, pictureId: picture.id, layer: layer.name };
  }

  /** The question of one method at a layer, and what is known of it. */
  function subjectOf({ score }: StripSubject, layer: LayerInfo): Subject {
    return { score, ablation: depthSettings(layer), order: 'largest-first', layer };
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
    return { layer, ablation: depthSettings(layer), results: Object.fromEntries(DEPTH_METHODS.map((id) => [id, known(id)])) };
  }

  /** What is still to be asked about a layer; null when all its maps are there. */
  function missingWork(subject: StripSubject, layer: LayerInfo): Work | null {
    const about = { ...subjectOf(subject, layer), layer };
    for (const id of DEPTH_METHODS) {
      const work = methodOf(id).next(about, findAt(subject, layer));
      if (work) return work;
    }
    return null;
  }

  /** Asks once nothing in view needs the engine, and gives way as soon as something does: what is missing then is asked for again. */
  async function ask(engine: Engine, subject: StripSubject, layer: LayerInfo, work: Work, signal: AbortSignal): Promise<void> {
    await explainer.whenIdle();
    signal.throwIfAborted();
    const state = store.getState();
    const { id, bitmap } = subject.picture;
    const context = { ...placeOf(subject, layer), backend: state.device.info?.backend ?? 'cpu' };
    const { preprocessing } = subject.card;
    const request = { picture: { id, pixels: bitmap }, preprocessing, layer: layer.name, work, budgetBytes: budgetBytes(state) };
    const giveWay = new AbortController();
    const stopListening = explainer.onStart(() => giveWay.abort());
    const either = AbortSignal.any([signal, giveWay.signal]);
    try {
      await engine.explain(request, (event) => either.aborted || keepEvent(cache, context, work, event), either);
    } catch (error) {
      if (signal.aborted || !giveWay.signal.aborted) throw error;
    } finally {
      stopListening();
    }
  }

  async function run(engine: Engine, subject: StripSubject, signal: AbortSignal): Promise<void> {
    const layers = blockEnds(subject.info.layers);
    const show = (about: Partial<DepthSlice['depth']> = {}) => {
      const columns = layers.map((layer) => columnOf(subject, layer));
      const left = columns.filter(({ results }) => DEPTH_METHODS.some((id) => !results[id])).map(({ layer }) => layer);
      change({ ...about, columns, remainingMs: depthDurationMs(store.getState(), left) });
    };
    show({ status: 'running', modelId: subject.info.id, pictureId: subject.picture.id, score: subject.score });
    explainer.pause();
    for (const layer of layers) {
      for (let work = missingWork(subject, layer); work; work = missingWork(subject, layer))
        await ask(engine, subject, layer, work, signal);
      show();
    }
  }

  return {
    depth: IDLE_DEPTH,

    async compareOverDepth() {
      const state = store.getState();
      const { info, card } = state.model;
      const picture = selectedPicture(state);
      const engine = engineInUse();
      const score = scoreToExplain(state, state.explanation.logits);
      if (!info || info.id !== card?.id || !picture || !engine || !score || state.depth.status === 'running') return;
      const own = new AbortController();
      controller = own;
      try {
        await run(engine, { info, card, picture, score }, own.signal);
        if (controller === own) change({ status: 'done', remainingMs: null });
      } catch (error) {
        if (controller !== own || own.signal.aborted) return;
        change({ status: 'failed', remainingMs: null });
        const { code, message } = asAppError(error);
        // A lost device is somebody else's to report.
        if (code !== 'device-lost') store.getState().notify('error', message);
      } finally {
        if (controller === own) {
          explainer.unpause();
        }
      }
    },

    cancelDepth() {
      controller?.abort();
      if (store.getState().depth.status === 'running') change({ status: 'cancelled', remainingMs: null });
    },
  };
}
