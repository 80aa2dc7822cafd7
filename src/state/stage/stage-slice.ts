import { type Viewport, WHOLE_IMAGE } from '../../core/images/viewport.ts';
import type { AppState } from '../app-state.ts';
import type { AppStore } from '../slice.ts';
import type { FigureId, StageSlice } from './stage-state.ts';

export function createStageSlice(store: AppStore): StageSlice {
  const change = (part: Partial<StageSlice['stage']>) => store.setState(({ stage }) => ({ stage: { ...stage, ...part } }));
  return {
    stage: { layout: 'side-by-side', tool: 'ablate', isFull: false, isOriginalShown: false, single: null, enlarged: null },
    setStage: change,
    setViewport(viewport) {
      const { selectedId } = store.getState().images;
      change({ enlarged: selectedId === null || viewport.zoom === 1 ? null : { imageId: selectedId, viewport } });
    },
  };
}

/** The figure that is shown where there is room for one. */
export function singleFigure({ stage: { single }, view: { methods } }: Pick<AppState, 'stage' | 'view'>): FigureId {
  const isShown = single === 'image' || methods.some((id) => id === single);
  return (isShown ? single : methods.at(-1)) ?? 'image';
}

/** What part of the image on screen all figures show. */
export function viewportOf({ stage: { enlarged }, images }: AppState): Viewport {
  return enlarged && enlarged.imageId === images.selectedId ? enlarged.viewport : WHOLE_IMAGE;
}
