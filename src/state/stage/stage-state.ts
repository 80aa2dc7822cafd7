/** How the image and its maps are looked at. None of it outlives the visit. */
import type { Viewport } from '../../core/images/viewport.ts';
import type { MethodId } from '../../explain/methods/list.ts';

/** A figure on the stage. */
export type FigureId = 'image' | MethodId;

/** Every figure by itself, or two maps of which one is wiped over the other, or subtracted from it. */
type StageLayout = 'side-by-side' | 'wipe' | 'difference';

export interface StageSlice {
  readonly stage: {
    readonly layout: StageLayout;
    /** What a drag on a figure does: ablates a window of cells, or moves an enlarged image. */
    readonly tool: 'ablate' | 'pan';
    /** Nothing but the stage is on the screen. */
    readonly isFull: boolean;
    /** Every figure shows the image without its map, as long as a key is held. */
    readonly isOriginalShown: boolean;
    /** The figure that a person wants to see where there is room for one; null: the last one. */
    readonly single: FigureId | null;
    /** What part of the image all figures show; null: the whole of it. */
    readonly enlarged: { readonly imageId: string; readonly viewport: Viewport } | null;
  };
  setStage(change: Partial<Omit<StageSlice['stage'], 'enlarged'>>): void;
  /** For the image on screen: another one is shown as a whole. */
  setViewport(viewport: Viewport): void;
}
