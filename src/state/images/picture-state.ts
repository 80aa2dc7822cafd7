/** The pictures at hand. */
import type { Credit } from '../../core/models/credit.ts';
import type { Box } from '../../metrics/pointing.ts';
import type { DecodedPicture } from '../../protocol/decoded-picture.ts';
import type { PictureInput } from '../../protocol/explain.ts';

export interface Picture extends Omit<DecodedPicture, 'thumbnail'> {
  readonly id: string;
  readonly name: string;
  /** The file itself, for exports at the picture's own size. */
  readonly file: Blob;
  /** An object URL for the strip's thumbnail. */
  readonly thumbnailUrl: string;
  /** Null for the person's own pictures. */
  readonly sample: SampleNote | null;
}

/** What the network is given of it. */
export function pixelsOf({ pixels, bitmap }: Pick<Picture, 'pixels' | 'bitmap'>): PictureInput['pixels'] {
  return pixels ?? bitmap;
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
  readonly pictures: {
    readonly items: readonly Picture[];
    readonly selectedId: string | null;
    readonly isDecoding: boolean;
    /** Whether pictures with 16 bits that are nearly black are stretched, as the last one was by choice. */
    readonly wantsStretch: boolean;
  };
  /** Of files that are images, each of which is decoded, or said to be none. */
  addImages(files: readonly File[]): Promise<void>;
  selectPicture(id: string): void;
  /** Reads a picture with 16 bits anew, with those that are in use stretched to the whole range, or not. */
  stretchPicture(id: string, isStretched: boolean): Promise<void>;
  removePicture(id: string): void;
}
