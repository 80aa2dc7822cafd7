/** Zoom and pan without a pointer: about the middle of the figures. */
import type { Size } from '../../core/images/geometry.ts';
import { movedBy, zoomedAt } from '../../core/images/viewport.ts';
import type { AppState } from '../../state/app-state.ts';
import { viewportOf } from '../../state/stage/stage-slice.ts';
import { selectedImage } from '../../state/view/in-view.ts';

export const ZOOM_STEP = 1.5;
/** Of the box's sides. */
const PAN_STEP = 0.15;

/** All figures' boxes are of one size. */
function boxSize(): Size | null {
  const box = [...document.querySelectorAll('.figure-box')].find(({ clientWidth }) => clientWidth > 0);
  return box ? { width: box.clientWidth, height: box.clientHeight } : null;
}

export function zoomBy(state: AppState, factor: number): void {
  const [image, box] = [selectedImage(state), boxSize()];
  if (image && box) state.setViewport(zoomedAt(viewportOf(state), factor, { x: box.width / 2, y: box.height / 2 }, image, box));
}

/** Towards what lies to the right and below, in steps. */
export function panBy(state: AppState, right: number, down: number): void {
  const [image, box] = [selectedImage(state), boxSize()];
  if (!image || !box) return;
  state.setViewport(movedBy(viewportOf(state), -right * PAN_STEP * box.width, -down * PAN_STEP * box.height, image, box));
}
