import { type AblationSettings, DEFAULT_ABLATION } from '../core/ablation-plan.ts';
import { DEFAULT_METHODS, METHODS } from '../explain/methods/list.ts';
import { classNameOf } from './selectors.ts';
import type { SliceContext } from './slice.ts';
import { DEFAULT_DISPLAY } from './view-settings.ts';
import type { ViewSlice } from './view-state.ts';

/** Writes what the address carries. Called after every change of it. */
export function writeView({ store, dependencies }: Pick<SliceContext, 'store' | 'dependencies'>): void {
  const state = store.getState();
  const { card } = state.model;
  const { layer, askedLayer, classIndex, score, versus, ablation, methods, backend } = state.view;
  const unlessDefault = (name: keyof AblationSettings) => (ablation[name] === DEFAULT_ABLATION[name] ? null : String(ablation[name]));
  // What the browser does not keep is gone after a reload: a link to it would lead nowhere.
  const isLinkable = state.model.catalogue.some((entry) => entry.id === card?.id && (entry.isBuiltIn || entry.keptBytes !== null));
  dependencies.writeAddress({
    model: isLinkable ? (card?.id ?? null) : null,
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
    const { display, theme, order, memoryMb } = store.getState().view;
    dependencies.writePreferences({ display, theme, order, memoryMb });
  };
  return {
    view: {
      layer: null,
      askedLayer: null,
      classIndex: null,
      score: 'logit',
      versus: null,
      ablation: DEFAULT_ABLATION,
      methods: DEFAULT_METHODS,
      order: 'largest-first',
      memoryMb: null,
      display: DEFAULT_DISPLAY,
      theme: 'system',
      backend: null,
    },
    chooseLayer: (layer) => changeView({ layer, askedLayer: layer }),
    chooseClass: (classIndex) => changeView({ classIndex }),
    chooseScore: (score) => changeView({ score }),
    chooseVersus: (versus) => changeView({ versus }),
    setAblation: (part) => changeView({ ablation: { ...store.getState().view.ablation, ...part } }),
    setMethodShown(method, isShown) {
      const { methods } = store.getState().view;
      const wanted = METHODS.map(({ id }) => id).filter((id) => (id === method ? isShown : methods.includes(id)));
      if (wanted.length === 0) return;
      change({ methods: wanted });
      writeView(context);
      // Hiding a figure is no wish for anything: what was cancelled stays so.
      if (isShown) explainer.viewChanged();
      else explainer.refresh();
    },
    setOrder(order) {
      changeView({ order });
      keepPreferences();
    },
    setMemory(memoryMb) {
      change({ memoryMb });
      keepPreferences();
      // What failed for want of memory may work now.
      explainer.viewChanged();
    },
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
