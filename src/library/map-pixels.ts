/** A map as pixels. */
import type { Size } from '../core/images/geometry.ts';
import type { DisplaySettings } from '../core/maps/display.ts';
import { displayScale } from '../core/maps/display-scale.ts';
import { paintMap } from '../core/maps/map-painter.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';

/** How a map is drawn. */
export interface PixelOptions {
  /** Left out: `blue-white-red` for a signed map, whose middle is zero, else `viridis`. */
  readonly colormap?: DisplaySettings['colormap'];
  /** `signed` shows evidence for and against, `positive` what is for the class alone, as papers do. Left out: `signed`. */
  readonly sign?: DisplaySettings['sign'];
  /** From 0 to 1. Left out: 1. */
  readonly opacity?: number;
  /** `smooth` enlarges bilinearly with half-pixel centres, `crisp` shows the cells. Left out: `smooth`. */
  readonly cells?: DisplaySettings['cells'];
}

/**
 * The map, enlarged to an image's size and coloured: `new ImageData(pixels, width, height)` goes onto a canvas, over the image.
 *
 * @param map as `Explanation.map` has it
 * @param size in pixels, of the image as the network was given it
 * @returns RGBA, row-major, not premultiplied, `[height, width, 4]`; transparent throughout where the map is empty, which is no map of zeros
 */
export function mapPixels(map: SaliencyMap, { width, height }: Size, options: PixelOptions = {}): Uint8ClampedArray<ArrayBuffer> {
  const { sign = 'signed', opacity = 1, cells = 'smooth' } = options;
  const { colormap = sign === 'signed' ? 'blue-white-red' : 'viridis' } = options;
  return paintMap({
    map,
    frame: { left: 0, top: 0, width, height },
    size: { width, height },
    top: 0,
    bottom: height,
    scale: displayScale(map, { sign, contrast: 'zero-to-max', colormap }),
    colormap,
    cells,
    opacity,
    hatching: null,
  });
}
