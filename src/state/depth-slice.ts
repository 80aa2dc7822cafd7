/** FastAblationCAM and Grad-CAM at the end of every block, one after the other: where along the network the evidence gathers. */
import { asAppError } from '../core/app-error.ts';
import { isComplete, remainingItems } from '../core/item-sweep.ts';
import { blockEnds } from '../core/layer-groups.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { Engine, Work } from '../protocol/engine.ts';
import type { DepthColumn, DepthSlice } from './app-state.ts';
import { depthDurationMs, depthSettings } from './depth-selectors.ts';
import { budgetBytes } from './device-costs.ts';
import { keepEvent } from './result-cache.ts';
import { scoreToExplain, selectedPicture } from './selectors.ts';
import type { SliceContext } from './slice.ts';

const IDLE: DepthSlice['depth'] = { status: 'idle', modelId: null, pictureId: null, score: null, columns: [], remainingMs: null };

type GradCamWork = Extract<Work, { method: 'grad-cam' }>;
type SweepWork = Extract<Work, { method: 'fast-ablation-cam' }>;

export function createDepthSlice({ store, cache, explainer }: SliceContext, engineInUse: () => Engine | null): DepthSlice {
  let controller: AbortController | null = null;
  const change = (part: Partial<DepthSlice['depth']>) => store.setState(({ depth }) => ({ depth: { ...depth, ...part } }));

  return {
    depth: IDLE,

    async compareOverDepth() {
      const state = store.getState();
      const { info } = state.model;
      const picture = selectedPicture(state);
      const engine = engineInUse();
      const score = scoreToExplain(state.view, state.explanation.logits);
      if (!info || !picture || !engine || !score || state.depth.status === 'running') return;
      const own = new AbortController();
      controller = own;

      const placeOf = (layer: LayerInfo) => ({ modelId: info.id, pictureId: picture.id, layer: layer.name });
      const worksOf = ({ layer, ablation }: Pick<DepthColumn, 'layer' | 'ablation'>): [GradCamWork, SweepWork] => {
        const sweep: SweepWork = { method: 'fast-ablation-cam', ablation, items: null };
        const known = cache.find(placeOf(layer), sweep)?.result.sweep;
        return [{ method: 'grad-cam', score }, known ? { ...sweep, items: remainingItems(known, null) } : sweep];
      };
      const columnOf = (layer: LayerInfo): DepthColumn => {
        const ablation = depthSettings(layer);
        const [gradCam, sweep] = worksOf({ layer, ablation });
        const swept = cache.find(placeOf(layer), sweep)?.result;
        return {
          layer,
          ablation,
          gradCam: cache.find(placeOf(layer), gradCam)?.result ?? null,
          sweep: swept && isComplete(swept.sweep) ? swept : null,
        };
      };
      const layers = blockEnds(info.layers);
      const show = (about: Partial<DepthSlice['depth']> = {}) => {
        const columns = layers.map(columnOf);
        const left = columns.filter(({ sweep }) => !sweep).map(({ layer }) => layer);
        change({ ...about, columns, remainingMs: depthDurationMs(store.getState(), left) });
      };
      show({ status: 'running', modelId: info.id, pictureId: picture.id, score });

      /** Asks once what is in view needs nothing more; gives way when that changes, and then asks for what is left. */
      const find = async (layer: LayerInfo, which: 0 | 1): Promise<void> => {
        await explainer.whenIdle();
        own.signal.throwIfAborted();
        const now = store.getState();
        const context = { ...placeOf(layer), backend: now.device.info?.backend ?? 'cpu' };
        const work = worksOf({ layer, ablation: depthSettings(layer) })[which];
        const request = { picture: { id: picture.id, pixels: picture.bitmap }, layer: layer.name, work, budgetBytes: budgetBytes(now) };
        const asked = new AbortController();
        explainer.onStart(() => asked.abort());
        const signal = AbortSignal.any([own.signal, asked.signal]);
        try {
          await engine.explain(request, (event) => signal.aborted || keepEvent(cache, context, work, event), signal);
        } catch (error) {
          if (own.signal.aborted || !asked.signal.aborted) throw error;
          return find(layer, which);
        }
      };

      explainer.pause();
      try {
        for (const layer of layers) {
          const column = columnOf(layer);
          if (!column.gradCam) await find(layer, 0);
          if (!column.sweep) await find(layer, 1);
          show();
        }
        if (controller === own) change({ status: 'done', remainingMs: null });
      } catch (error) {
        if (controller !== own) return;
        change({ status: own.signal.aborted ? 'cancelled' : 'failed', remainingMs: null });
        const { code, message } = asAppError(error);
        // A lost device is somebody else's to report.
        if (!own.signal.aborted && code !== 'device-lost') store.getState().notify('error', message);
      } finally {
        if (controller === own) {
          explainer.onStart(() => {});
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
