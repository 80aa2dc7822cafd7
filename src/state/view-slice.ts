import { type AblationSettings, DEFAULT_ABLATION } from '../core/ablation-plan.ts';
import type { ViewSlice } from './app-state.ts';
import { classNameOf } from './selectors.ts';
import type { SliceContext } from './slice.ts';
import { DEFAULT_DISPLAY } from './view-settings.ts';

/** Writes what the address carries. Called after every change of it. */
export function writeView({ store, dependencies }: Pick<SliceContext, 'store' | 'dependencies'>): void {
  const state = store.getState();
  const { card } = state.model;
  const { layer, classIndex, score, versus, ablation, backend } = state.view;
  const unlessDefault = (name: keyof AblationSettings) => (ablation[name] === DEFAULT_ABLATION[name] ? null : String(ablation[name]));
  // An opened model exists in this tab alone: a link to it would lead nowhere.
  const isLinkable = state.model.catalogue.some((entry) => entry.id === card?.id && entry.isBuiltIn);
  dependencies.writeAddress({
    model: isLinkable ? (card?.id ?? null) : null,
    layer,
    class: classIndex === null ? null : classNameOf(state, classIndex),
    score,
    versus: versus === null ? null : classNameOf(state, versus),
    window: unlessDefault('window'),
    stride: unlessDefault('stride'),
    value: unlessDefault('value'),
    backend,
  });
}

export function createViewSlice(context: SliceContext): ViewSlice {
  const { store, dependencies, explainer } = context;
  const change = (part: Partial<ViewSlice['view']>) => store.setState(({ view }) => ({ view: { ...view, ...part } }));
  const changeView = (part: Partial<ViewSlice['view']>) => {
    change(part);
    writeView(context);
    explainer.viewChanged();
  };
  const keepPreferences = () => {
    const { display, theme } = store.getState().view;
    dependencies.writePreferences({ display, theme });
  };
  return {
    view: {
      layer: null,
      classIndex: null,
      score: 'logit',
      versus: null,
      ablation: DEFAULT_ABLATION,
      display: DEFAULT_DISPLAY,
      theme: 'system',
      backend: null,
    },
    chooseLayer: (layer) => changeView({ layer }),
    chooseClass: (classIndex) => changeView({ classIndex }),
    chooseScore: (score) => changeView({ score }),
    chooseVersus: (versus) => changeView({ versus }),
    setAblation: (part) => changeView({ ablation: { ...store.getState().view.ablation, ...part } }),
    setDisplay(part) {
      change({ display: { ...store.getState().view.display, ...part } });
      keepPreferences();
    },
    setTheme(theme) {
      change({ theme });
      keepPreferences();
    },
  };
}
