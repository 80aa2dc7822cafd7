/** What every reader of images is given, and what it gives. */
import type { Pixels } from '../images/resize.ts';
import type { Depth } from '../images/sixteen-bits.ts';

/** RGBA of eight bits, upright, not multiplied by its transparency. */
export interface ReadImage extends Pixels {
  /** Null for images of eight bits or fewer. */
  readonly depth: Depth | null;
  /** What is in the file and not in the image, in sentences; mostly empty. */
  readonly remark: string;
}

export interface ReadOptions {
  readonly maxPixels: number;
  /** How many bits of 16 are stretched to the whole range; null: none. */
  readonly stretchedBits: number | null;
  /** A whole JPEG as pixels: browsers have a better decoder than any library. */
  decodeJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels>;
  /** Called now and then, as a sign of life. */
  onProgress(): void;
}
