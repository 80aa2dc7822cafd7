import { DEFAULT_METHODS, METHODS, MOST_SHOWN } from '../../explain/methods/list.ts';
import { DEFAULT_DISPLAY, DEFAULT_SETTINGS } from '../../sets/setting-values.ts';
import type { AppStore } from '../slice.ts';
import { DEFAULT_DRAWER } from './view-settings.ts';
import type { ViewSlice } from './view-state.ts';

/** What people set of how maps are made and drawn, before they do. */
const FIRST_SETTINGS = {
  score: 'logit',
  ablation: DEFAULT_SETTINGS,
  methods: DEFAULT_METHODS,
  order: 'largest-first',
  memoryMb: null,
  engines: null,
  display: DEFAULT_DISPLAY,
} as const satisfies Partial<ViewSlice['view']>;

export function createViewSlice(store: AppStore): ViewSlice {
  const change = (part: Partial<ViewSlice['view']>) => store.setState(({ view }) => ({ view: { ...view, ...part } }));
  return {
    view: {
      ...FIRST_SETTINGS,
      layer: null,
      askedLayer: null,
      classIndex: null,
      versus: null,
      theme: 'system',
      isIntroShown: false,
      help: null,
      sheet: null,
      keepsImages: true,
      drawer: DEFAULT_DRAWER,
      backend: null,
      exact: null,
    },
    chooseLayer: (layer) => change({ layer, askedLayer: layer }),
    chooseClass: (classIndex) => change({ classIndex }),
    chooseScore: (score) => change({ score }),
    chooseVersus: (versus) => change({ versus }),
    setAblation: (part) => change({ ablation: { ...store.getState().view.ablation, ...part } }),
    dismissIntro: () => change({ isIntroShown: false }),
    openHelp: (help) => change({ help }),
    closeHelp: () => change({ help: null }),
    resetSettings: () => change(FIRST_SETTINGS),
    setSheet: (sheet) => change({ sheet }),
    setDrawer: (part) => change({ drawer: { ...store.getState().view.drawer, ...part } }),
    setMethodShown(method, isShown) {
      const { methods } = store.getState().view;
      const wanted = METHODS.map(({ id }) => id).filter((id) => (id === method ? isShown : methods.includes(id)));
      if (wanted.length === 0 || wanted.length > MOST_SHOWN) return;
      change({ methods: wanted });
    },
    setOrder: (order) => change({ order }),
    setMemory: (memoryMb) => change({ memoryMb }),
    setEngines: (engines) => change({ engines }),
    setDisplay: (part) => change({ display: { ...store.getState().view.display, ...part } }),
    setTheme: (theme) => change({ theme }),
    setKeepsImages: (keepsImages) => change({ keepsImages }),
  };
}
