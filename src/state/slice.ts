import type { StoreApi } from 'zustand/vanilla';
import type { AppState } from './app-state.ts';
import type { AppDependencies } from './dependencies.ts';
import type { ResultCache } from './explanation/result-cache.ts';
import type { History } from './history/history.ts';
import type { PixelMemory } from './images/pixel-memory.ts';
import type { Jobs } from './jobs.ts';
import type { OpenedModels } from './models/opened-models.ts';

export type AppStore = Pick<StoreApi<AppState>, 'getState' | 'setState'>;

/** The store as reactions see it: told of changes of what they select. */
export interface WatchedStore extends AppStore {
  subscribe<Selected>(
    select: (state: AppState) => Selected,
    listener: (selected: Selected, former: Selected) => void,
    options?: { readonly equalityFn?: (a: Selected, b: Selected) => boolean },
  ): () => void;
}

/** What every slice is made from. */
export interface SliceContext {
  readonly store: AppStore;
  readonly dependencies: AppDependencies;
  readonly cache: ResultCache;
  readonly jobs: Jobs;
  readonly openedModels: OpenedModels;
  readonly history: History;
  readonly pixels: PixelMemory;
}
