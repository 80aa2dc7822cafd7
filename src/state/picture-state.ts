/** The pictures at hand. */
import type { Credit } from '../core/credit.ts';
import type { Box } from '../core/faithfulness/pointing.ts';
import type { Size } from '../core/geometry.ts';

export interface Picture extends Size {
  readonly id: string;
  readonly name: string;
  /** The decoded picture, upright; reduced for huge pictures, so it may be smaller than width x height. */
  readonly bitmap: ImageBitmap;
  /** The file itself, for exports at the picture's own size. */
  readonly file: Blob;
  /** An object URL for the strip's thumbnail. */
  readonly thumbnailUrl: string;
  /** Null for the person's own pictures. */
  readonly sample: SampleNote | null;
}

/** What is said of a sample. */
export interface SampleNote {
  /** The built-in model that it comes with. */
  readonly modelId: string;
  readonly caption: string;
  readonly credit: Credit | null;
  /** Around what it shows, drawn by hand, in the picture's pixels. */
  readonly box: Box | null;
  /** The class that it shows, by name; null where it shows none. */
  readonly label: string | null;
  /** What that model says it is. */
  readonly named: string;
}

export interface PicturesSlice {
  readonly pictures: { readonly items: readonly Picture[]; readonly selectedId: string | null; readonly isDecoding: boolean };
  /** Of files that are images, each of which is decoded, or said to be none. */
  addImages(files: readonly File[]): Promise<void>;
  selectPicture(id: string): void;
  removePicture(id: string): void;
}
