/** Draws an image with its map: on the page at the screen's own resolution, in exports at the image's. */
import { AppError } from '../../core/app-error.ts';
import { type Fit, inputFrame, type Size } from '../../core/images/geometry.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import { paintMap } from '../../core/maps/map-painter.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { wholeBitmap } from '../decode-image.ts';

/** What lies behind a map that is shown alone. */
export const HEATMAP_GROUND = '#808080';
/** Rows painted at once in an export: large enough to be quick, small enough to stay responsive. */
const STRIP_PIXELS = 4_000_000;

export interface FigureContent {
  /** The image's own size: the frame is worked out from it, whatever the size of the drawing. */
  readonly image: Size;
  readonly map: SaliencyMap | null;
  /** How far a colour scale reaches that figures have in common; null: as far as the map's own values. */
  readonly limit: number | null;
  /** The model's input size. */
  readonly input: Size;
  readonly fit: Fit;
  readonly display: DisplaySettings;
}

export type AnyContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export function drawGround(context: AnyContext, size: Size, source: CanvasImageSource, { map, display }: FigureContent): void {
  const isAlone = display.content === 'heatmap' && map !== null;
  context.fillStyle = isAlone ? HEATMAP_GROUND : '#ffffff';
  context.fillRect(0, 0, size.width, size.height);
  if (isAlone) return;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, size.width, size.height);
}

/** Paints the rows `[top, bottom)` of the map over what is there. */
function drawStrip(
  context: AnyContext,
  size: Size,
  top: number,
  bottom: number,
  { image, map, limit, input, fit, display }: FigureContent,
): void {
  if (!map || bottom <= top) return;
  // The frame in the drawing's coordinates, which may be smaller than the image's.
  const inImage = inputFrame(image, input, fit);
  const across = size.width / image.width;
  const down = size.height / image.height;
  const frame = {
    left: inImage.left * across,
    top: inImage.top * down,
    width: inImage.width * across,
    height: inImage.height * down,
  };
  const opacity = display.content === 'heatmap' ? 1 : display.opacity;
  const pixels = paintMap({
    map,
    frame,
    size,
    top,
    bottom,
    scale: displayScale(map, display, limit),
    colormap: display.colormap,
    cells: display.cells,
    opacity,
    // Only finished maps are saved.
    hatching: null,
  });
  const strip = new OffscreenCanvas(size.width, bottom - top);
  strip.getContext('2d')?.putImageData(new ImageData(pixels, size.width, bottom - top), 0, 0);
  context.drawImage(strip, 0, top);
}

/**
 * Draws the figure on a canvas on the page. The canvas gets the bitmap's proportions and no more pixels than `maxSide` on its longer side.
 */
export function drawFigure(canvas: HTMLCanvasElement, bitmap: ImageBitmap, content: FigureContent, maxSide: number): void {
  const reduction = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const size = { width: Math.max(1, Math.round(bitmap.width * reduction)), height: Math.max(1, Math.round(bitmap.height * reduction)) };
  if (canvas.width !== size.width) canvas.width = size.width;
  if (canvas.height !== size.height) canvas.height = size.height;
  const context = canvas.getContext('2d');
  if (!context) return;
  drawGround(context, size, bitmap, content);
  drawStrip(context, size, 0, size.height, content);
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

export function tooLittleMemory(cause?: unknown): AppError {
  return new AppError(
    'out-of-memory',
    'There is too little memory to draw the image at its own size; please close other tabs and try again.',
    { cause },
  );
}

/** Paints the map strip by strip, so that the page stays responsive. */
export async function drawStrips(
  context: AnyContext,
  size: Size,
  content: FigureContent,
  onProgress: (share: number) => void = () => {},
): Promise<void> {
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / size.width));
  for (let top = 0; top < size.height; top += rows) {
    drawStrip(context, size, top, Math.min(size.height, top + rows), content);
    onProgress(Math.min(0.9, top / size.height));
    await nextFrame();
  }
}

/** @throws AppError `out-of-memory` */
export async function pngOf(canvas: OffscreenCanvas): Promise<Blob> {
  try {
    return await canvas.convertToBlob({ type: 'image/png' });
  } catch (cause) {
    throw tooLittleMemory(cause);
  }
}

/**
 * The figure at the image's own width and height, decoded anew from its file.
 *
 * @param onProgress called with the share that is done, 0 to 1
 * @throws AppError `out-of-memory`
 */
export async function renderOverlay(
  { file, name, isStretched }: { readonly file: Blob; readonly name: string; readonly isStretched: boolean },
  content: FigureContent,
  onProgress: (share: number) => void,
): Promise<Blob> {
  const { width, height } = content.image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw tooLittleMemory();
  const bitmap = await wholeBitmap(file, name, isStretched);
  drawGround(context, content.image, bitmap, content);
  bitmap.close();
  await drawStrips(context, content.image, content, onProgress);
  return pngOf(canvas);
}

/** The figure as a data: URL, drawn from the image that is in memory. */
export async function figureImage(bitmap: ImageBitmap, content: FigureContent, maxSide: number): Promise<string> {
  const { width, height } = content.image;
  const reduction = Math.min(1, maxSide / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * reduction)), height: Math.max(1, Math.round(height * reduction)) };
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (!context) throw tooLittleMemory();
  drawGround(context, size, bitmap, content);
  drawStrip(context, size, 0, size.height, content);
  const png = await canvas.convertToBlob({ type: 'image/png' });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(tooLittleMemory(reader.error));
    reader.readAsDataURL(png);
  });
}
