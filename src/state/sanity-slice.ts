/** The sanity check of the methods on screen: do their maps depend on what the network has learnt? */
import { asAppError } from '../core/app-error.ts';
import { rankCorrelation } from '../core/faithfulness/rank-correlation.ts';
import type { MethodId } from '../core/methods.ts';
import { remainingTime } from '../core/remaining-time.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import type { ClassScore } from '../core/scores.ts';
import type { Engine, Work } from '../protocol/engine.ts';
import type { SanityEvent } from '../protocol/measure.ts';
import type { AppState, SanitySlice } from './app-state.ts';
import { budgetBytes } from './device-costs.ts';
import { scoreToExplain, selectedPicture } from './selectors.ts';
import type { SliceContext } from './slice.ts';

export const NO_SANITY: SanitySlice['sanity'] = { status: 'idle', about: null, methods: [], stages: [], progress: null };

/** What a check is about; null while there is nothing to check. */
export function aboutSanity({ model, pictures, view, explanation }: AppState): string | null {
  const { card, info } = model;
  const score = scoreToExplain(view, explanation.logits);
  if (!card || info?.id !== card.id || pictures.selectedId === null || !score) return null;
  return JSON.stringify([card.id, card.preprocessing, card.input, pictures.selectedId, view.layer, view.ablation, score]);
}

export function createSanitySlice(context: SliceContext, engineInUse: () => Engine | null): SanitySlice {
  const { store, explainer } = context;
  const change = (part: Partial<SanitySlice['sanity']>) => store.setState(({ sanity }) => ({ sanity: { ...sanity, ...part } }));
  let running: AbortController | null = null;

  function workFor(method: MethodId, score: ClassScore): Work {
    if (method === 'grad-cam') return { method, score };
    return method === 'ablation-cam' ? { method, items: null } : { method, ablation: store.getState().view.ablation, items: null };
  }

  /** Takes one map over: the first one of each method is what the others are compared with. */
  function takeInto(trained: Map<string, SaliencyMap>, startedAt: number) {
    return ({ stage, title, id, map, done, total }: SanityEvent) => {
      if (stage === 0 && map) trained.set(id, map);
      const first = trained.get(id);
      const value = map && first ? rankCorrelation(first.values, map.values) : null;
      const stages = [...store.getState().sanity.stages];
      stages[stage] = { title, correlations: { ...stages[stage]?.correlations, [id]: value } };
      change({ stages, progress: { done, total, remainingMs: remainingTime(done, total, performance.now() - startedAt) } });
    };
  }

  return {
    sanity: NO_SANITY,

    async checkSanity() {
      running?.abort();
      const state = store.getState();
      const { card } = state.model;
      const { layer, methods } = state.view;
      const engine = engineInUse();
      const picture = selectedPicture(state);
      const about = aboutSanity(state);
      const score = scoreToExplain(state.view, state.explanation.logits);
      if (!engine || !card || !picture || !score || about === null || layer === null) return;
      const own = new AbortController();
      running = own;
      store.setState({ sanity: { ...NO_SANITY, status: 'running', about, methods } });
      explainer.pause();
      const take = takeInto(new Map(), performance.now());
      try {
        const request = {
          picture: { id: picture.id, pixels: picture.bitmap },
          preprocessing: card.preprocessing,
          layer,
          score,
          works: methods.map((id) => ({ id, work: workFor(id, score) })),
          budgetBytes: budgetBytes(state),
        };
        await engine.sanity(request, (event) => own.signal.aborted || take(event), own.signal);
        if (running === own) change({ status: 'done', progress: null });
      } catch (error) {
        if (running !== own || own.signal.aborted) return;
        change({ status: 'failed', progress: null });
        const { code, message } = asAppError(error);
        if (code !== 'device-lost') store.getState().notify('error', message);
      } finally {
        if (running === own) {
          running = null;
          explainer.unpause();
        }
      }
    },

    cancelSanity() {
      if (!running) return;
      running.abort();
      running = null;
      change({ status: 'cancelled', progress: null });
      explainer.unpause();
    },
  };
}
