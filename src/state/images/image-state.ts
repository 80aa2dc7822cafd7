/** The images at hand. */
import type { Credit } from '../../core/models/credit.ts';
import type { Box } from '../../metrics/pointing.ts';
import type { DecodedImage } from '../../protocol/decoded-image.ts';
import type { ImageInput } from '../../protocol/explain.ts';

export interface Image extends Omit<DecodedImage, 'thumbnail'> {
  readonly id: string;
  readonly name: string;
  /** The file itself, for exports at the image's own size. */
  readonly file: Blob;
  /** An object URL for the strip's thumbnail. */
  readonly thumbnailUrl: string;
  /** Null for the person's own images. */
  readonly sample: SampleNote | null;
}

/** What the network is given of it. */
export function pixelsOf({ pixels, bitmap }: Pick<Image, 'pixels' | 'bitmap'>): ImageInput['pixels'] {
  return pixels ?? bitmap;
}

/** What is said of a sample. */
export interface SampleNote {
  /** The built-in model that it comes with. */
  readonly modelId: string;
  readonly caption: string;
  readonly credit: Credit | null;
  /** Around what it shows, drawn by hand, in the image's pixels. */
  readonly box: Box | null;
  /** The class that it shows, by name; null where it shows none. */
  readonly label: string | null;
  /** What that model says it is. */
  readonly named: string;
}

export interface ImagesSlice {
  readonly images: {
    readonly items: readonly Image[];
    readonly selectedId: string | null;
    readonly isDecoding: boolean;
    /** Whether images with 16 bits that are nearly black are stretched, as the last one was by choice. */
    readonly wantsStretch: boolean;
  };
  /** Of files that are images, each of which is decoded, or said to be none. */
  addImages(files: readonly File[]): Promise<void>;
  selectImage(id: string): void;
  /** Reads an image with 16 bits anew, with those that are in use stretched to the whole range, or not. */
  stretchImage(id: string, isStretched: boolean): Promise<void>;
  removeImage(id: string): void;
}
