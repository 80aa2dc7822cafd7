import type { Size } from '../core/images/geometry.ts';
import type { Depth } from '../core/images/sixteen-bits.ts';
import type { RgbaPixels } from './explain.ts';

/** An image as it was read from its file. */
export interface DecodedImage extends Size {
  /** Upright, to be drawn; reduced if the image is huge: `width` and `height` are those of the image. */
  readonly bitmap: ImageBitmap;
  /**
   * All pixels of the image, which are what the network is given, where the bitmap does not have them: it is reduced, or the image is
   * transparent somewhere, and no canvas gives back what that was. Null for others.
   */
  readonly pixels: RgbaPixels | null;
  /** Small; null where the file itself is, and the browser draws it. */
  readonly thumbnail: Blob | null;
  /** Of an image with 16 bits. */
  readonly depth: Depth | null;
  /** Whether the bits that are in use were stretched to the whole range. */
  readonly isStretched: boolean;
  /** What is in the file and not in the image, in sentences; mostly empty. */
  readonly remark: string;
}
