/** What the page's URL says of the view: a link that reopens it. */
import { type AblationSettings, DEFAULT_ABLATION } from '../../explain/ablation-plan.ts';
import { DEFAULT_METHODS } from '../../explain/methods/list.ts';
import type { AppState } from '../app-state.ts';
import type { UrlValues } from '../dependencies.ts';
import { classNameOf } from '../explanation/selectors.ts';
import { sampleStem } from '../images/sample-names.ts';
import { selectedImage } from './in-view.ts';

export function urlOf(state: AppState): UrlValues {
  const { card } = state.model;
  const { layer, askedLayer, classIndex, score, versus, ablation, methods, backend } = state.view;
  const unlessDefault = (name: keyof AblationSettings) => (ablation[name] === DEFAULT_ABLATION[name] ? null : String(ablation[name]));
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
    versus: versus === null || !isLinkable ? null : classNameOf(state, versus),
    window: unlessDefault('window'),
    stride: unlessDefault('stride'),
    value: unlessDefault('value'),
    methods: methods.join() === DEFAULT_METHODS.join() ? null : methods.join(),
    backend,
  };
}
