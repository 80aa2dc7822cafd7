/** An image with its map at the image's own size, as pixels: what a canvas draws on the page, where there is no canvas. */
import { type Fit, inputFrame, type Size } from '../images/geometry.ts';
import type { Pixels } from '../images/resize.ts';
import type { DisplaySettings } from './display.ts';
import { displayScale } from './display-scale.ts';
import { paintMap } from './map-painter.ts';
import type { SaliencyMap } from './saliency-map.ts';

export interface OverlayOptions {
  readonly map: SaliencyMap;
  /** How far a colour scale reaches that maps have in common; null: as far as the map's own values. */
  readonly limit: number | null;
  /** The network's input. */
  readonly input: Size;
  readonly fit: Fit;
  readonly display: DisplaySettings;
}

/** What lies behind a map that is shown alone, and behind transparent images. */
const HEATMAP_GROUND = 0x80;
const IMAGE_GROUND = 0xff;

/** Rows that are painted at once: their colours take four bytes for each pixel. */
const STRIP_PIXELS = 1_000_000;

/** RGB, row-major, `[height, width, 3]` */
export function overlayPixels(
  { width, height, data }: Pixels,
  { map, limit, input, fit, display }: OverlayOptions,
): Uint8ClampedArray<ArrayBuffer> {
  const isAlone = display.content === 'heatmap';
  const frame = inputFrame({ width, height }, input, fit);
  const scale = displayScale(map, display, limit);
  const { colormap, cells } = display;
  const painted = { map, frame, size: { width, height }, scale, colormap, cells, opacity: isAlone ? 1 : display.opacity, hatching: null };
  const result = new Uint8ClampedArray(width * height * 3);
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width));
  for (let top = 0; top < height; top += rows) {
    const colours = paintMap({ ...painted, top, bottom: Math.min(height, top + rows) });
    let from = top * width * 4;
    let to = top * width * 3;
    for (let at = 0; at < colours.length; at += 4, from += 4, to += 3) {
      const cover = (colours[at + 3] ?? 0) / 255;
      const opaque = (data[from + 3] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel++) {
        const below = isAlone ? HEATMAP_GROUND : opaque * (data[from + channel] ?? 0) + (1 - opaque) * IMAGE_GROUND;
        result[to + channel] = below + ((colours[at + channel] ?? 0) - below) * cover;
      }
    }
  }
  return result;
}
