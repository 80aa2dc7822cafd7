/** Draws an image with its map on the page: the part that is in view, at the screen's own resolution. */
import { type Frame, inputFrame, type Size } from '../../core/images/geometry.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import { type Hatching, paintMap } from '../../core/maps/map-painter.ts';
import { type FigureContent, HEATMAP_GROUND } from './render-figure.ts';

/** The part of the image that is drawn, and where. */
export interface ScreenView {
  /** Of the canvas, in its pixels. */
  readonly size: Size;
  /** Where the whole image lies in them; it may reach beyond the canvas. */
  readonly image: Frame;
}

export interface ScreenFigure {
  readonly bitmap: ImageBitmap;
  readonly content: FigureContent;
  /** What is hatched; null: nothing. */
  readonly hatching: Hatching | null;
}

/** A map as it was last painted on a canvas, and what it depends on: sliders of opacity do not paint it anew. */
interface PaintedMap {
  readonly on: readonly unknown[];
  readonly layer: OffscreenCanvas;
}

const painted = new WeakMap<HTMLCanvasElement, PaintedMap>();

/** The part of the canvas that the image covers, in whole pixels. */
function covered({ size, image }: ScreenView): Frame {
  const left = Math.max(0, Math.round(image.left));
  const top = Math.max(0, Math.round(image.top));
  const right = Math.min(size.width, Math.round(image.left + image.width));
  const bottom = Math.min(size.height, Math.round(image.top + image.height));
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

function paintLayer({ content, hatching }: ScreenFigure, view: ScreenView, inside: Frame): OffscreenCanvas | null {
  const { image, map, limit, input, fit, display } = content;
  if (!map || inside.width === 0 || inside.height === 0) return null;
  const frame = inputFrame(image, input, fit);
  const [across, down] = [view.image.width / image.width, view.image.height / image.height];
  const pixels = paintMap({
    map,
    frame: {
      left: view.image.left + frame.left * across - inside.left,
      top: view.image.top + frame.top * down - inside.top,
      width: frame.width * across,
      height: frame.height * down,
    },
    size: inside,
    top: 0,
    bottom: inside.height,
    scale: displayScale(map, display, limit),
    colormap: display.colormap,
    cells: display.cells,
    opacity: 1,
    hatching,
  });
  const layer = new OffscreenCanvas(inside.width, inside.height);
  layer.getContext('2d')?.putImageData(new ImageData(pixels, inside.width, inside.height), 0, 0);
  return layer;
}

/** The map in its colours, opaque: painted anew only where something else than its opacity has changed. */
function layerFor(canvas: HTMLCanvasElement, figure: ScreenFigure, view: ScreenView, inside: Frame): OffscreenCanvas | null {
  const { image, map, limit, input, fit, display } = figure.content;
  const { colormap, sign, contrast, cells } = display;
  const place = [view.size.width, view.size.height, view.image.left, view.image.top, view.image.width, view.image.height];
  const hatched = [figure.hatching?.isEstimate, figure.hatching?.period];
  const on = [map, limit, image.width, image.height, input.width, input.height, fit, colormap, sign, contrast, cells, ...place, ...hatched];
  const former = painted.get(canvas);
  if (former && former.on.length === on.length && on.every((part, i) => Object.is(part, former.on[i]))) return former.layer;
  const layer = paintLayer(figure, view, inside);
  if (layer) painted.set(canvas, { on, layer });
  else painted.delete(canvas);
  return layer;
}

/** Draws the figure; around the image the canvas stays clear. */
export function drawOnScreen(canvas: HTMLCanvasElement, figure: ScreenFigure, view: ScreenView): void {
  const { bitmap, content } = figure;
  const { size, image } = view;
  if (canvas.width !== size.width) canvas.width = size.width;
  if (canvas.height !== size.height) canvas.height = size.height;
  const context = canvas.getContext('2d');
  const inside = covered(view);
  if (!context) return;
  context.clearRect(0, 0, size.width, size.height);
  if (inside.width === 0 || inside.height === 0) return;
  const isAlone = content.display.content === 'heatmap' && content.map !== null;
  context.fillStyle = isAlone ? HEATMAP_GROUND : '#ffffff';
  context.fillRect(inside.left, inside.top, inside.width, inside.height);
  if (!isAlone) {
    const [across, down] = [bitmap.width / image.width, bitmap.height / image.height];
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      bitmap,
      (inside.left - image.left) * across,
      (inside.top - image.top) * down,
      inside.width * across,
      inside.height * down,
      inside.left,
      inside.top,
      inside.width,
      inside.height,
    );
  }
  const layer = layerFor(canvas, figure, view, inside);
  if (!layer) return;
  context.globalAlpha = isAlone ? 1 : content.display.opacity;
  context.drawImage(layer, inside.left, inside.top);
  context.globalAlpha = 1;
}
