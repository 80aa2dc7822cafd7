import sharp from 'sharp';
import type { Size } from '../../core/images/geometry.ts';

/** @param rgb row-major, `[height, width, 3]` */
export function pngOf({ width, height }: Size, rgb: Uint8ClampedArray<ArrayBuffer>): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
