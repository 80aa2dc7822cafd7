/** What is made of the maps of the strip: layers in one map, and where methods disagree. */
import { combinedLayers } from '../../core/maps/combined-layers.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { withSignsAligned } from '../../explain/methods/chosen-sign.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { AppState } from '../app-state.ts';
import type { DerivedMap } from '../compare/derived-map.ts';
import { derivedSubject, explainedBy, placeOf } from '../compare/derived-words.ts';
import { disagreementMap } from '../compare/disagreement-map.ts';
import { agreementOver, depthMethods, isDepthInView, isOfImage, mapOver } from './depth-selectors.ts';
import type { DepthColumn, DepthSlice } from './depth-state.ts';

interface About extends Pick<DerivedMap, 'imageId' | 'modelId'> {
  readonly combination: DepthSlice['depth']['combination'];
  readonly columns: readonly DepthColumn[];
}

/** The same object for the same choice. */
const about = memoize(
  (
    imageId: string,
    modelId: string,
    combination: About['combination'],
    columns: readonly DepthColumn[],
    leftOut: readonly string[],
  ): About => ({ imageId, modelId, combination, columns: columns.filter(({ layer }) => !leftOut.includes(layer.name)) }),
);

/** The score is the same at every layer, and what there is to say of it too. */
function caveatOf(method: MethodId, score: ClassScore, columns: readonly DepthColumn[]): string {
  const { caveat } = methodOf(method);
  const said = columns.flatMap(({ results: { [method]: result } }) => (result ? caveat(result, score) : []));
  return said.find(Boolean) ?? '';
}

const combined = memoize(
  (
    method: MethodId,
    score: ClassScore,
    name: string,
    subject: LegendSubject,
    { combination, columns, imageId, modelId }: About,
    ...maps: readonly SaliencyMap[]
  ): DerivedMap | null => {
    const map = combinedLayers(withSignsAligned(maps.map((own) => ({ id: method, map: own }))), combination);
    const blocks = columns.map(({ title }) => title);
    const words = `${combination} of ${blocks.join(', ')}`;
    return (
      map && {
        methods: [method],
        score,
        title: `${methodOf(method).title} · ${words} · ${name}`,
        words,
        name,
        unit: `${combination} of shares of each layer’s largest value`,
        subject,
        map,
        caveat: caveatOf(method, score, columns),
        layer: blocks.join('-'),
        slug: `${methodOf(method).slug}_${combination}-of-layers`,
        making: { of: 'layers', part: combination, layers: columns.map(({ layer, ablation }) => ({ layer: layer.name, ablation })) },
        imageId,
        modelId,
      }
    );
  },
  32,
);

/**
 * A method's maps of the chosen layers in one; null for fewer than two layers, where one of their maps is not there, and for a method whose
 * map is the same at each.
 */
export function combinedOver(state: AppState, method: MethodId): DerivedMap | null {
  const { columns, score, imageId, modelId, combination, leftOut } = state.depth;
  if (!score || imageId === null || modelId === null || !isDepthInView(state) || isOfImage(state, method)) return null;
  const chosen = about(imageId, modelId, combination, columns, leftOut);
  const maps = chosen.columns.flatMap((column) => mapOver(state, column, method) ?? []);
  if (maps.length < 2 || maps.length < chosen.columns.length) return null;
  return combined(method, score, explainedBy(state, [method], score), derivedSubject(state, method, score, false), chosen, ...maps);
}

/** Where the methods on screen disagree at a layer of the strip; null where no two of them say anything. */
export function disagreementOver(state: AppState, column: DepthColumn): DerivedMap | null {
  const { score, imageId, modelId } = state.depth;
  const disagreement = agreementOver(state, column)?.disagreement;
  if (!disagreement || !score || imageId === null || modelId === null) return null;
  const methods = depthMethods(state).filter((id) => mapOver(state, column, id));
  const explained = explainedBy(state, methods, score);
  const place = placeOf(state, methods, score, column.layer.name);
  return disagreementMap(disagreement, place, score, explained, column.ablation, imageId, modelId, ...methods);
}

/** Those of the methods on screen that are there. */
export function combinedMaps(state: AppState): readonly DerivedMap[] {
  return depthMethods(state).flatMap((id) => combinedOver(state, id) ?? []);
}
