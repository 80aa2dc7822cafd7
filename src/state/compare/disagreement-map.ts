/** Where methods disagree, as a map that can be pinned and saved. */
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { enumerated } from '../../core/reports/format.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { AppState } from '../app-state.ts';
import { layerInView, scoreInView, selectedImage } from '../view/in-view.ts';
import { agreementOf, chosenSigns } from './agreement.ts';
import type { DerivedMap } from './derived-map.ts';
import { explainedBy, placeOf } from './derived-words.ts';

/** What its legend speaks about. */
export const DISAGREEMENT_SUBJECT: LegendSubject = { name: 'the methods', kind: 'spread' };

/** What a std over shares is measured in. */
export const DISAGREEMENT_UNIT = 'std of shares of each map’s largest magnitude';

/** @param ablation null: as it is in view */
export const disagreementMap = memoize(
  (
    map: SaliencyMap,
    layer: string,
    score: ClassScore,
    name: string,
    ablation: SweepSettings | null,
    imageId: string,
    modelId: string,
    ...methods: readonly MethodId[]
  ): DerivedMap => {
    const titles = methods.map((method) => methodOf(method).title);
    const signs = chosenSigns(titles);
    return {
      methods,
      score,
      title: [`Disagreement of ${enumerated(titles)}`, layer, name].join(' · '),
      words: 'disagreement',
      name,
      unit: DISAGREEMENT_UNIT,
      subject: DISAGREEMENT_SUBJECT,
      map,
      caveat: signs && `${signs}, whose sign is chosen, turned to agree`,
      layer,
      slug: `disagreement-of-${methods.length}-methods`,
      making: { of: 'methods', part: 'std', ablation },
      imageId,
      modelId,
    };
  },
  32,
);

/** Of the finished figures on screen; null where no two of them say anything. */
export function disagreementInView(state: AppState): DerivedMap | null {
  const { maps, disagreement } = agreementOf(state);
  const [layer, score, image] = [layerInView(state), scoreInView(state), selectedImage(state)];
  const { card } = state.model;
  if (!disagreement || !layer || !score || !image || !card) return null;
  const methods = state.view.methods.filter((id) => maps.some((map) => map.id === id));
  const place = placeOf(state, methods, score, layer.name);
  return disagreementMap(disagreement, place, score, explainedBy(state, methods, score), null, image.id, card.id, ...methods);
}
