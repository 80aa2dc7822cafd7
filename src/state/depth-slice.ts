/** FastAblationCAM and Grad-CAM at the end of every block, one after the other: where along the network the evidence gathers. */
import { asAppError } from '../core/app-error.ts';
import { isComplete, remainingItems } from '../core/item-sweep.ts';
import { blockEnds } from '../core/layer-groups.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { Preprocessing } from '../core/preprocessing.ts';
import type { ClassScore } from '../core/scores.ts';
import type { Engine, ModelInfo, Work } from '../protocol/engine.ts';
import { depthDurationMs, depthSettings } from './depth-selectors.ts';
import { budgetBytes } from './device-costs.ts';
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
interface Subject {
  readonly info: ModelInfo;
  readonly preprocessing: Preprocessing;
  readonly picture: Picture;
  readonly score: ClassScore;
}

export function createDepthSlice({ store, cache, explainer }: SliceContext, engineInUse: () => Engine | null): DepthSlice {
  let controller: AbortController | null = null;
  const change = (part: Partial<DepthSlice['depth']>) => store.setState(({ depth }) => ({ depth: { ...depth, ...part } }));

  function placeOf({ info, picture }: Subject, layer: LayerInfo): Place {
    return { modelId: info.id, pictureId: picture.id, layer: layer.name };
  }

  /** What is known of a layer. */
  function columnOf(subject: Subject, layer: LayerInfo): DepthColumn {
    const ablation = depthSettings(layer);
    const place = placeOf(subject, layer);
    const swept = cache.find(place, { method: 'fast-ablation-cam', ablation, items: null })?.result;
    const gradCam = cache.find(place, { method: 'grad-cam', score: subject.score })?.result ?? null;
    return { layer, ablation, gradCam, sweep: swept && isComplete(swept.sweep) ? swept : null };
  }

  /** What is still to be asked about a layer; null when both its maps are there. */
  function missingWork(subject: Subject, layer: LayerInfo): Work | null {
    const { ablation, gradCam, sweep } = columnOf(subject, layer);
    if (!gradCam) return { method: 'grad-cam', score: subject.score };
    if (sweep) return null;
    const whole = { method: 'fast-ablation-cam', ablation, items: null } as const;
    const begun = cache.find(placeOf(subject, layer), whole)?.result.sweep;
    return begun ? { ...whole, items: remainingItems(begun, null) } : whole;
  }

  /** Asks once nothing in view needs the engine, and gives way as soon as something does: what is missing then is asked for again. */
  async function ask(engine: Engine, subject: Subject, layer: LayerInfo, work: Work, signal: AbortSignal): Promise<void> {
    await explainer.whenIdle();
    signal.throwIfAborted();
    const state = store.getState();
    const { id, bitmap } = subject.picture;
    const context = { ...placeOf(subject, layer), backend: state.device.info?.backend ?? 'cpu' };
    const { preprocessing } = subject;
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

  async function run(engine: Engine, subject: Subject, signal: AbortSignal): Promise<void> {
    const layers = blockEnds(subject.info.layers);
    const show = (about: Partial<DepthSlice['depth']> = {}) => {
      const columns = layers.map((layer) => columnOf(subject, layer));
      const left = columns.filter(({ sweep }) => !sweep).map(({ layer }) => layer);
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
      const score = scoreToExplain(state.view, state.explanation.logits);
      if (!info || info.id !== card?.id || !picture || !engine || !score || state.depth.status === 'running') return;
      const own = new AbortController();
      controller = own;
      try {
        await run(engine, { info, preprocessing: card.preprocessing, picture, score }, own.signal);
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
