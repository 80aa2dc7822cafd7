/** The sanity check of the methods on screen: do their maps depend on what the network has learnt? */
import { rankCorrelation } from '../core/faithfulness/rank-correlation.ts';
import { remainingTime } from '../core/remaining-time.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import { methodOf } from '../explain/methods/list.ts';
import type { Engine } from '../protocol/engine.ts';
import type { SanityEvent } from '../protocol/measure.ts';
import type { SanitySlice } from './analysis-state.ts';
import type { AppState } from './app-state.ts';
import { budgetBytes } from './device-costs.ts';
import { pixelsOf } from './picture-state.ts';
import { scoreToExplain, selectedPicture } from './selectors.ts';
import { SideJob } from './side-job.ts';
import type { SliceContext } from './slice.ts';

export const NO_SANITY: SanitySlice['sanity'] = { status: 'idle', about: null, methods: [], stages: [], progress: null };

/** What a check is about; null while there is nothing to check. */
export function aboutSanity(state: AppState): string | null {
  const { model, pictures, view, explanation } = state;
  const { card, info } = model;
  const score = scoreToExplain(state, explanation.logits);
  if (!card || info?.id !== card.id || pictures.selectedId === null || !score) return null;
  return JSON.stringify([card.id, card.preprocessing, card.input, pictures.selectedId, view.layer, view.ablation, score]);
}

export function createSanitySlice(context: SliceContext, engineInUse: () => Engine | null): SanitySlice {
  const { store } = context;
  const change = (part: Partial<SanitySlice['sanity']>) => store.setState(({ sanity }) => ({ sanity: { ...sanity, ...part } }));
  const job = new SideJob(context);

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
      const state = store.getState();
      const { card } = state.model;
      const { layer, methods } = state.view;
      const engine = engineInUse();
      const picture = selectedPicture(state);
      const about = aboutSanity(state);
      const score = scoreToExplain(state, state.explanation.logits);
      if (!engine || !card || !picture || !score || about === null || layer === null) return;
      store.setState({ sanity: { ...NO_SANITY, status: 'running', about, methods } });
      const take = takeInto(new Map(), performance.now());
      const request = {
        picture: { id: picture.id, pixels: pixelsOf(picture) },
        preprocessing: card.preprocessing,
        layer,
        score,
        works: methods.map((id) => ({ id, work: methodOf(id).whole({ score, ablation: state.view.ablation }) })),
        budgetBytes: budgetBytes(state),
      };
      const status = await job.run((signal) => engine.sanity(request, (event) => signal.aborted || take(event), signal));
      if (status) change({ status, progress: null });
    },

    cancelSanity() {
      if (job.cancel()) change({ status: 'cancelled', progress: null });
    },
  };
}
