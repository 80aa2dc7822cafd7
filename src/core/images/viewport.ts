/** Which part of an image a box shows: the whole of it, letter-boxed, or an enlarged part. */
import type { Frame, Size } from './geometry.ts';

export interface Viewport {
  /** How much larger than letter-boxed; 1: the whole image. */
  readonly zoom: number;
  /** What of the image lies in the middle of the box, as shares of its sides. */
  readonly x: number;
  readonly y: number;
}

export const WHOLE_IMAGE: Viewport = { zoom: 1, x: 0.5, y: 0.5 };

/** Enough to see single pixels of a large image. */
export const MAX_ZOOM = 32;

function sizeInBox(image: Size, box: Size, zoom: number): Size {
  const scale = Math.min(box.width / image.width, box.height / image.height) * zoom;
  return { width: image.width * scale, height: image.height * scale };
}

/** The nearest middle along one axis at which the box is filled; the middle itself where the image is too short for that. */
function filled(middle: number, length: number, room: number): number {
  const half = room / 2 / length;
  return half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, middle));
}

/** Within the least and the largest zoom, and with the box filled as far as the image reaches. */
function bounded({ zoom, x, y }: Viewport, image: Size, box: Size): Viewport {
  const allowed = Math.min(MAX_ZOOM, Math.max(1, zoom));
  const { width, height } = sizeInBox(image, box, allowed);
  return { zoom: allowed, x: filled(x, width, box.width), y: filled(y, height, box.height) };
}

/** Where the whole image lies in the coordinates of the box; it may reach beyond the box on all sides. */
export function placeInBox(image: Size, box: Size, viewport: Viewport): Frame {
  const { zoom, x, y } = bounded(viewport, image, box);
  const size = sizeInBox(image, box, zoom);
  return { left: box.width / 2 - x * size.width, top: box.height / 2 - y * size.height, ...size };
}

/** Enlarged by a factor, with what lies at a point of the box staying there as far as the image's borders allow. */
export function zoomedAt(
  viewport: Viewport,
  factor: number,
  point: { readonly x: number; readonly y: number },
  image: Size,
  box: Size,
): Viewport {
  const before = placeInBox(image, box, viewport);
  const zoom = Math.min(MAX_ZOOM, Math.max(1, viewport.zoom * factor));
  const after = sizeInBox(image, box, zoom);
  const share = { x: (point.x - before.left) / before.width, y: (point.y - before.top) / before.height };
  const x = share.x - (point.x - box.width / 2) / after.width;
  const y = share.y - (point.y - box.height / 2) / after.height;
  return bounded({ zoom, x, y }, image, box);
}

/** Moved with what is under the pointer, by pixels of the box. */
export function movedBy(viewport: Viewport, right: number, down: number, image: Size, box: Size): Viewport {
  const { zoom, x, y } = bounded(viewport, image, box);
  const { width, height } = sizeInBox(image, box, zoom);
  return bounded({ zoom, x: x - right / width, y: y - down / height }, image, box);
}
