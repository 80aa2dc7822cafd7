import type { Size } from '../core/images/geometry.ts';
import type { Depth } from '../core/images/sixteen-bits.ts';
import type { RgbaPixels } from './explain.ts';

/** A picture as it was read from its file. */
export interface DecodedPicture extends Size {
  /** Upright; reduced if the picture is huge: `width` and `height` are those of the picture. */
  readonly bitmap: ImageBitmap;
  /** Of a picture that is transparent somewhere: its pixels, which no canvas gives back as they were. Null for others, and for reduced ones. */
  readonly pixels: RgbaPixels | null;
  /** Null where the browser draws the file itself. */
  readonly thumbnail: Blob | null;
  /** Of a picture with 16 bits. */
  readonly depth: Depth | null;
  /** Whether the bits that are in use were stretched to the whole range. */
  readonly isStretched: boolean;
  /** What is in the file and not in the picture, in sentences; mostly empty. */
  readonly remark: string;
}
