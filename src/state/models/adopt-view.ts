/** What of the view holds for a model that comes on screen: only what somebody asked for, and only where the model has it. */
import { DEFAULT_ABLATION, fitsGrid } from '../../explain/ablation-plan.ts';
import { patchesFit, patchSize, type SweepSettings } from '../../explain/input/input-settings.ts';
import { canBeExplained, isCalled, type LayerInfo } from '../../explain/layer-info.ts';
import { inputGrid } from '../../explain/methods/method.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import type { SliceContext } from '../slice.ts';
import type { ModelSlice } from './model-state.ts';

/**
 * Keras calls layers `conv2d_2` in every network: a layer that nobody asked for means nothing in another one.
 *
 * @param classes how many there are to choose from
 * @param former what was on screen
 * @param askedLayer the layer that is asked for with this model; null: the one that was asked for before
 */
export function adoptedView(
  context: Pick<SliceContext, 'store'>,
  info: ModelInfo,
  classes: number,
  former: ModelSlice['model'],
  askedLayer: string | null,
): AppState['view'] {
  const { store } = context;
  const { view, notifyIgnored } = store.getState();
  const layers = info.layers.filter(canBeExplained);
  const explainable = (wanted: string | null) =>
    wanted === null ? null : (layers.find(({ name }) => name === wanted) ?? layers.find((one) => isCalled(one, wanted)) ?? null);
  const sought = askedLayer ?? view.askedLayer;
  const found = explainable(sought)?.name ?? null;
  const isFirst = former.info === null;
  if (isFirst && sought !== null && found === null) notifyIgnored(`the layer “${sought}”`);
  // Built anew for another size, a model keeps even what nobody asked for.
  const kept = former.info?.id === info.id ? (explainable(view.layer)?.name ?? null) : null;
  const layer = kept ?? found ?? info.defaultLayer;
  // The page itself writes the default into the URL.
  const isDefaultOfUrl = isFirst && layer === info.defaultLayer;
  // Classes are those of the card on screen, which stands there before its model does.
  const isSame = former.card?.id === info.id;
  const ofSame = (classIndex: number | null) => (isSame && classIndex !== null && classIndex < classes ? classIndex : null);
  return {
    ...view,
    layer,
    askedLayer: isDefaultOfUrl ? null : found,
    classIndex: ofSame(view.classIndex),
    versus: view.versus === 'look-alikes' ? view.versus : ofSame(view.versus),
    ablation: isFirst || isSame ? withFittingPatch(context, info, view.ablation) : fitting(context, info, layer, view.ablation),
  };
}

/** The patches and windows of another model's maps, where they fit these. */
function fitting(context: Pick<SliceContext, 'store'>, info: ModelInfo, layerName: string, settings: SweepSettings): SweepSettings {
  const ablation = withFittingPatch(context, info, settings);
  const { store } = context;
  const { layers } = info;
  const layer = layers.find(({ name }) => name === layerName);
  if (!layer || fitsGrid(layer, ablation)) return ablation;
  store.getState().notify('info', tooLargeWords(layer, ablation));
  return { ...ablation, ...CELL_BY_CELL };
}

export const CELL_BY_CELL = { window: DEFAULT_ABLATION.window, stride: DEFAULT_ABLATION.stride } as const;

/** What is said where windows are too large for a layer. */
export function tooLargeWords({ name, rows, columns }: LayerInfo, { window, stride }: SweepSettings): string {
  return `Windows of ${window} cells, ${stride} apart, do not fit the ${rows} × ${columns} cells of ${name}, so each cell is ablated by itself again.`;
}

/** A patch that would hide a smaller image whole says nothing, nor does one alone. */
function withFittingPatch({ store }: Pick<SliceContext, 'store'>, { input }: ModelInfo, ablation: SweepSettings): SweepSettings {
  const grid = inputGrid({ input });
  const isUsual = ablation.occlusion.patch === null && ablation.occlusion.stride === null;
  if (isUsual || patchesFit(grid, ablation.occlusion)) return ablation;
  const { patch, stride } = patchSize(grid, ablation.occlusion);
  const what = `Patches of ${patch} px, ${stride} apart, do not fit the ${input.width} × ${input.height} px that the model takes`;
  store.getState().notify('info', `${what}, so they are again as large as suits it.`);
  return { ...ablation, occlusion: { ...ablation.occlusion, patch: null, stride: null } };
}
