/** Draws an image with its map: on the page at the screen's own resolution, in exports at the image's. */
import { AppError } from '../core/app-error.ts';
import { type Fit, inputFrame, type Size } from '../core/images/geometry.ts';
import type { DisplaySettings } from '../core/maps/display.ts';
import { displayScale } from '../core/maps/display-scale.ts';
import { paintMap } from '../core/maps/map-painter.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { wholeBitmap } from './decode-image.ts';

/** What lies behind a map that is shown alone. */
const HEATMAP_GROUND = '#808080';
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

type AnyContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function drawGround(context: AnyContext, size: Size, source: CanvasImageSource, { map, display }: FigureContent): void {
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

function tooLittleMemory(cause?: unknown): AppError {
  return new AppError(
    'out-of-memory',
    'There is too little memory to draw the image at its own size; please close other tabs and try again.',
    { cause },
  );
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
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width));
  for (let top = 0; top < height; top += rows) {
    drawStrip(context, content.image, top, Math.min(height, top + rows), content);
    onProgress(Math.min(0.9, top / height));
    await nextFrame();
  }
  try {
    return await canvas.convertToBlob({ type: 'image/png' });
  } catch (cause) {
    throw tooLittleMemory(cause);
  }
}

/** Of a figure in a report: enough for a page of paper. */
const REPORT_SIDE = 1000;

/** The figure as a data: URL, drawn from the image that is in memory. */
export async function figureImage(bitmap: ImageBitmap, content: FigureContent): Promise<string> {
  const reduction = Math.min(1, REPORT_SIDE / Math.max(bitmap.width, bitmap.height));
  const size = { width: Math.max(1, Math.round(bitmap.width * reduction)), height: Math.max(1, Math.round(bitmap.height * reduction)) };
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

export interface CaptionedFigure {
  readonly content: FigureContent;
  readonly caption: string;
}

/** The longer side of one figure in a side-by-side export: two of them must fit every browser's canvas. */
const SIDE_BY_SIDE_MAX = 4096;

/** The figures in one row, each with its caption below, drawn from the image that is in memory. */
export async function renderSideBySide(bitmap: ImageBitmap, figures: readonly CaptionedFigure[]): Promise<Blob> {
  const [first] = figures;
  if (!first) throw new AppError('internal', 'There is no figure to save.');
  const { image } = first.content;
  const reduction = Math.min(1, SIDE_BY_SIDE_MAX / Math.max(image.width, image.height));
  const size = { width: Math.max(1, Math.round(image.width * reduction)), height: Math.max(1, Math.round(image.height * reduction)) };
  const textSize = Math.max(12, Math.round(size.width / 32));
  const margin = Math.round(textSize * 0.75);
  const columnWidth = Math.max(size.width, 240);
  const canvas = new OffscreenCanvas(figures.length * (columnWidth + margin) + margin, size.height + 3 * margin + textSize);
  const context = canvas.getContext('2d');
  if (!context) throw tooLittleMemory();
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, { content, caption }] of figures.entries()) {
    const figure = new OffscreenCanvas(size.width, size.height);
    const inner = figure.getContext('2d');
    if (!inner) throw tooLittleMemory();
    drawGround(inner, size, bitmap, content);
    drawStrip(inner, size, 0, size.height, content);
    const left = margin + i * (columnWidth + margin);
    context.drawImage(figure, left, margin);
    context.fillStyle = '#1a1a1a';
    context.font = `${textSize}px system-ui, sans-serif`;
    context.fillText(caption, left, size.height + 2 * margin + textSize * 0.8, columnWidth);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}
