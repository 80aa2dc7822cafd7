import type { StoreApi } from 'zustand/vanilla';
import type { AppState } from './app-state.ts';
import type { AppDependencies } from './dependencies.ts';
import type { Explainer } from './explainer.ts';
import type { OpenedModels } from './opened-models.ts';
import type { ResultCache } from './result-cache.ts';

export type AppStore = Pick<StoreApi<AppState>, 'getState' | 'setState'>;

/** What every slice is made from. */
export interface SliceContext {
  readonly store: AppStore;
  readonly dependencies: AppDependencies;
  readonly cache: ResultCache;
  readonly explainer: Explainer;
  readonly openedModels: OpenedModels;
}
