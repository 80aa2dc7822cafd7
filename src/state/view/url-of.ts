/** What the page's URL says of the view: a link that reopens it. */
import { DEFAULT_METHODS } from '../../explain/methods/list.ts';
import { DEFAULT_SETTINGS } from '../../sets/setting-values.ts';
import type { AppState } from '../app-state.ts';
import type { UrlValues } from '../dependencies.ts';
import { classNameOf } from '../explanation/selectors.ts';
import { sampleStem } from '../images/sample-names.ts';
import { selectedImage } from './in-view.ts';

export function urlOf(state: AppState): UrlValues {
  const { card } = state.model;
  const { layer, askedLayer, classIndex, score, versus, ablation, methods, backend, exact } = state.view;
  const { occlusion, rise } = ablation;
  const unless = <Value extends number | string | null>(usual: Value | undefined, value: Value) => (value === usual ? null : String(value));
  // What the browser does not keep is gone after a reload: a link to it would lead nowhere.
  const entry = state.model.catalogue.find(({ id }) => id === card?.id);
  const kept = entry && (entry.isBuiltIn || entry.keptBytes !== null) ? entry.id : null;
  const model = entry?.hubName ?? kept;
  const isLinkable = model !== null;
  // What is on its way from the hub is what a reload goes on with.
  const { opening } = state.hub;
  const image = selectedImage(state);
  return {
    image: image?.sample ? sampleStem(image.name) : null,
    model: opening ?? model,
    // Names of layers and classes say little without their network; a layer that somebody asked for is worth another try.
    layer: isLinkable || layer === askedLayer ? layer : null,
    class: classIndex === null || !isLinkable ? null : classNameOf(state, classIndex),
    score,
    versus: versus === null || !isLinkable ? null : versus === 'look-alikes' ? versus : classNameOf(state, versus),
    window: unless(DEFAULT_SETTINGS.window, ablation.window),
    stride: unless(DEFAULT_SETTINGS.stride, ablation.stride),
    value: unless(DEFAULT_SETTINGS.value, ablation.value),
    channels: unless(DEFAULT_SETTINGS.channelValue, ablation.channelValue ?? 0),
    patch: unless(DEFAULT_SETTINGS.occlusion.patch, occlusion.patch),
    'patch-stride': unless(DEFAULT_SETTINGS.occlusion.stride, occlusion.stride),
    'patch-value': unless(DEFAULT_SETTINGS.occlusion.value, occlusion.value),
    masks: unless(DEFAULT_SETTINGS.rise.count, rise.count),
    seed: unless(DEFAULT_SETTINGS.rise.seed, rise.seed),
    methods: methods.join() === DEFAULT_METHODS.join() ? null : methods.join(),
    backend,
    exact,
  };
}
