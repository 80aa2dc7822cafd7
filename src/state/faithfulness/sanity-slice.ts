/** The sanity check of the methods on screen: do their maps depend on what the network has learnt? */

import { turnedTowards } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import { rankCorrelation } from '../../core/statistics/rank-correlation.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { SanityEvent } from '../../protocol/measure.ts';
import { submitTimed } from '../drawer/timed-job.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { ablationInView, scoreInView, selectedImage, subjectKey } from '../view/in-view.ts';
import type { SanitySlice } from './sanity-state.ts';

export const NO_SANITY: SanitySlice['sanity'] = { status: 'idle', about: null, methods: [], stages: [], progress: null };

const OWNER = 'sanity';

export function createSanitySlice(context: SliceContext): SanitySlice {
  const { store, jobs } = context;
  const change = (part: Partial<SanitySlice['sanity']>) => store.setState(({ sanity }) => ({ sanity: { ...sanity, ...part } }));

  /** Takes one map over: the first one of each method is what the others are compared with. */
  function takeInto(trained: Map<string, SaliencyMap>, startedAt: number) {
    return ({ stage, title, id, map: found, done, total }: SanityEvent) => {
      if (stage === 0 && found) trained.set(id, found);
      const first = trained.get(id);
      const map = found && first && methodOf(id).isSignChosen ? turnedTowards(first, found) : found;
      const value = map && first ? rankCorrelation(first.values, map.values) : null;
      const stages = [...store.getState().sanity.stages];
      const { maps, correlations } = stages[stage] ?? {};
      stages[stage] = { title, maps: { ...maps, [id]: map }, correlations: { ...correlations, [id]: value } };
      change({ stages, progress: { done, total, remainingMs: remainingTime(done, total, performance.now() - startedAt) } });
    };
  }

  return {
    sanity: NO_SANITY,

    async checkSanity() {
      const state = store.getState();
      const { card } = state.model;
      const { layer, methods } = state.view;
      const ablation = ablationInView(state);
      const image = selectedImage(state);
      const about = subjectKey(state, 'score');
      const score = scoreInView(state);
      if (!card || !image || !score || about === null || layer === null) return;
      store.setState({ sanity: { ...NO_SANITY, status: 'running', about, methods } });
      const request = {
        image: { id: image.id, pixels: pixelsOf(image) },
        preprocessing: card.preprocessing,
        layer,
        score,
        works: methods.map((id) => ({ id, work: methodOf(id).whole({ score, ablation }) })),
        budgetBytes: budgetBytes(state),
      };
      const status = await submitTimed(context, OWNER, 'sanity-check', {
        rank: 'asked',
        startsOver: true,
        async run(engine, signal) {
          const take = takeInto(new Map(), performance.now());
          await engine.sanity(request, (event) => signal.aborted || take(event), signal);
        },
      });
      if (status !== 'cancelled') change({ status, progress: null });
    },

    cancelSanity() {
      if (jobs.cancel(OWNER)) change({ status: 'cancelled', progress: null });
    },
  };
}
