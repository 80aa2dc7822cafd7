/** The strip across layers: which layers, with which windows, what it costs, and what it shows. */

import { type Correlations, correlationsOf, disagreementOf } from '../../core/maps/agreement.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize, memoizePer } from '../../core/memoize.ts';
import { correlationInWords, enumerated } from '../../core/reports/format.ts';
import { ablationAt, DEFAULT_ABLATION } from '../../explain/ablation-plan.ts';
import { coarseSettings } from '../../explain/estimate.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import { blockEnds } from '../../explain/layer-groups.ts';
import { canBeExplained, type LayerInfo } from '../../explain/layer-info.ts';
import { agreementBetween, withSignsAligned } from '../../explain/methods/chosen-sign.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type ClassScore, isSameScore } from '../../explain/target.ts';
import { isAboutImage, isSweepWork, type Result } from '../../explain/work.ts';
import type { AppState } from '../app-state.ts';
import { enginesInUse } from '../engines/engine-count.ts';
import { sharedPasses, speedOfEngines } from '../engines/shared-time.ts';
import { passMs } from '../explanation/device-costs.ts';
import { asPlanned, isPlanned, networkAsPlanned } from '../explanation/layer-plans.ts';
import { layerInView, scoreInView } from '../view/in-view.ts';
import type { DepthColumn, DepthSlice } from './depth-state.ts';

/** The methods whose maps are compared: those on screen. */
export function depthMethods({ view }: AppState): readonly MethodId[] {
  return view.methods;
}

/** Cells one by one where they are few, else in squares; all else as it is chosen. */
export function depthSettings({ view: { ablation } }: AppState, layer: LayerInfo): SweepSettings {
  return ablationAt(layer, { ...ablation, ...coarseSettings(layer, { ...DEFAULT_ABLATION, value: ablation.value }) });
}

/** Whether the strip is about what is in view. */
export function isDepthInView(state: AppState): boolean {
  const { depth, model, images } = state;
  const isSameImage = depth.imageId === images.selectedId && depth.modelId === model.info?.id;
  const isSameWay = ({ layer, ablation }: DepthColumn) => JSON.stringify(ablation) === JSON.stringify(depthSettings(state, layer));
  return depth.columns.length > 0 && isSameImage && isSameScore(depth.score, scoreInView(state)) && depth.columns.every(isSameWay);
}

/** Whether all maps of the methods on screen are there. */
export function isColumnDone(state: AppState, { results }: Pick<DepthColumn, 'results'>): boolean {
  return depthMethods(state).every((id) => results[id]);
}

/** The state of the strip in view: a method that came to those on screen is missing in a strip that was done. */
export function depthStatus(state: AppState): DepthSlice['depth']['status'] {
  const { status, columns } = state.depth;
  if (!isDepthInView(state)) return 'idle';
  return status === 'done' && !columns.every((column) => isColumnDone(state, column)) ? 'idle' : status;
}

/** What is asked of a method does not depend on it. */
const ANY_SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };

/** Whether a method changes the image itself, so that its map is the same at every layer. */
export function isOfImage({ view }: AppState, id: MethodId): boolean {
  return isAboutImage(methodOf(id).whole({ score: ANY_SCORE, ablation: view.ablation }));
}

/** The methods on screen that do so, in words; empty where there are none. */
export function methodsOfImage(state: AppState): string {
  return enumerated(depthMethods(state).flatMap((id) => (isOfImage(state, id) ? methodOf(id).title : [])));
}

/** The side of a column's windows in cells, of those on screen: 1 where none of the methods runs windows of cells. */
export function columnWindow(state: AppState, { ablation }: Pick<DepthColumn, 'ablation'>): number {
  const work = depthMethods(state).map((id) => methodOf(id).whole({ score: ANY_SCORE, ablation }));
  return Math.max(1, ...work.map((of) => (isSweepWork(of) ? (of.ablation?.window ?? 1) : 1)));
}

/** What the maps that are missing in some columns come to, in forward passes. */
function passesMissing(state: AppState, columns: readonly Pick<DepthColumn, 'layer' | 'results'>[]): number | null {
  const info = networkAsPlanned(state);
  if (!info || !isPlanned(state)) return null;
  const open = columns.filter((column) => !isColumnDone(state, column));
  if (open.length === 0) return 0;
  // With fewer layers than engines, several engines are at each; else all that is asked is done by several at once.
  const isEachShared = open.length < enginesInUse(state);
  // What changes the image itself is found once for all layers.
  const counted = new Set<MethodId>();
  let [backward, swept] = [0, 0];
  for (const { layer, results } of open) {
    const missing = depthMethods(state).filter((id) => !results[id] && !counted.has(id));
    for (const id of missing) {
      if (isOfImage(state, id)) counted.add(id);
      const { passes, unit } = methodOf(id).cost(asPlanned(state, layer), depthSettings(state, layer), info);
      // The longest backward pass reaches the other layers on its way.
      if (unit === 'backward pass') backward = Math.max(backward, passes - 1);
      else swept += (isEachShared ? sharedPasses(state, passes) : passes) - 1;
    }
  }
  // All layers start from one forward pass, which each engine runs.
  return 1 + backward + (isEachShared ? swept : swept / speedOfEngines(state));
}

/** What the maps that are missing will take on this device, in milliseconds; null until its speed is known. */
export function depthDurationMs(state: AppState, columns: readonly Pick<DepthColumn, 'layer' | 'results'>[]): number | null {
  const [passes, onePass] = [passesMissing(state, columns), passMs(state)];
  return passes === null || onePass === null ? null : passes * onePass;
}

const endsOf = memoize(blockEnds);

const stripOf = memoize((layers: readonly LayerInfo[], added: readonly string[]): readonly LayerInfo[] => {
  const ends = endsOf(layers);
  return layers.filter((layer) => ends.includes(layer) || (added.includes(layer.name) && canBeExplained(layer)));
});

/** The layers of the strip: the ends of the blocks, and what was added to them. */
export function depthLayers({ depth, model }: AppState): readonly LayerInfo[] {
  return model.info ? stripOf(model.info.layers, depth.added) : [];
}

/** What a layer of the strip is called: by the block that it ends, or by itself. */
export function columnTitle({ model }: AppState, layer: LayerInfo): string {
  return model.info && endsOf(model.info.layers).includes(layer) ? layer.block : layer.name;
}

/** The layer in view, where it can join those of the strip; null where it is one of them. */
export function layerToAdd(state: AppState): LayerInfo | null {
  const layer = layerInView(state);
  return layer && canBeExplained(layer) && state.depth.status !== 'running' && !depthLayers(state).includes(layer) ? layer : null;
}

/** What is still missing of the strip, in forward passes; null until there is a model. */
export function depthPasses(state: AppState): number | null {
  const { info } = state.model;
  if (!info) return null;
  const known = isDepthInView(state) ? state.depth.columns : [];
  const columns = depthLayers(state).map((layer) => known.find((column) => column.layer.name === layer.name) ?? { layer, results: {} });
  return passesMissing(state, columns);
}

/** A strip may have any number of columns. */
const mapOfResult = memoizePer(
  (result: Result, id: MethodId, score: ClassScore): SaliencyMap => methodOf(id).mapOf(result, score, null).map,
);

/** A method's map in a column, on the layer's cells; null as long as it is not there. */
export function mapOver({ depth }: AppState, column: DepthColumn, id: MethodId): SaliencyMap | null {
  const result = column.results[id];
  return depth.score && result ? mapOfResult(result, id, depth.score) : null;
}

/** The methods on screen whose maps are there in a column. */
export interface ColumnAgreement {
  readonly titles: readonly string[];
  /** Of every two of them. */
  readonly correlations: Correlations;
  /** Where they disagree; null where fewer than two maps say anything. */
  readonly disagreement: SaliencyMap | null;
  /** Over all pairs that can be compared, by magnitude where a sign is chosen; null where there are none. */
  readonly mean: number | null;
}

const agreementAmong = memoizePer((_column: DepthColumn, listed: string, ...maps: readonly SaliencyMap[]): ColumnAgreement => {
  const ids = listed.split(',');
  const correlations = correlationsOf(maps);
  const pairs = correlations.flatMap((row, i) =>
    row.slice(0, i).flatMap((value, j) => (value === null ? [] : agreementBetween(ids[i] ?? '', ids[j] ?? '', value))),
  );
  return {
    titles: ids.map((id) => methodOf(id).title),
    correlations,
    disagreement: disagreementOf(withSignsAligned(maps.map((map, i) => ({ id: ids[i] ?? '', map })))),
    mean: pairs.length > 0 ? pairs.reduce((sum, value) => sum + value, 0) / pairs.length : null,
  };
});

/** How far the methods on screen agree in a column; null as long as there are no two maps. */
export function agreementOver(state: AppState, column: DepthColumn): ColumnAgreement | null {
  const known = depthMethods(state).flatMap((id) => {
    const map = mapOver(state, column, id);
    return map ? [{ id, map }] : [];
  });
  return known.length > 1 ? agreementAmong(column, known.map(({ id }) => id).join(), ...known.map(({ map }) => map)) : null;
}

/** The same list for the same agreements. */
const sameList = memoize((...agreements: (ColumnAgreement | null)[]): readonly (ColumnAgreement | null)[] => agreements);

/** Of all columns, in their order. */
export function agreementsOver(state: AppState): readonly (ColumnAgreement | null)[] {
  return sameList(...state.depth.columns.map((column) => agreementOver(state, column)));
}

function wordsBetween(agreement: ColumnAgreement | null, first: string, second: string): string {
  const value = agreement?.correlations[agreement.titles.indexOf(second)]?.[agreement.titles.indexOf(first)];
  return value === undefined ? '' : correlationInWords(value);
}

const pairsAmong = memoize((agreements: readonly (ColumnAgreement | null)[]): readonly PairOverDepth[] => {
  const titles = [...new Set(agreements.flatMap((agreement) => agreement?.titles ?? []))];
  return titles.flatMap((second, i) =>
    titles.slice(0, i).map((first) => ({
      title: `${first} and ${second}`,
      words: agreements.map((agreement) => wordsBetween(agreement, first, second)),
    })),
  );
});

/** Two methods, and how far their maps agree in every column, in words; empty where a map is not there. */
export interface PairOverDepth {
  readonly title: string;
  readonly words: readonly string[];
}

/** Every two methods of which there are maps. */
export function pairsOverDepth(state: AppState): readonly PairOverDepth[] {
  return pairsAmong(agreementsOver(state));
}
