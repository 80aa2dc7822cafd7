/** The images at hand. */
import type { Credit } from '../../core/models/credit.ts';
import type { Box } from '../../metrics/pointing.ts';
import type { DecodedImage } from '../../protocol/decoded-image.ts';
import type { ImageInput } from '../../protocol/explain.ts';

/** An image of the strip. Its pixels may have been given back: there can be hundreds, and they are read again from the file. */
export interface ListedImage extends Omit<DecodedImage, 'bitmap'> {
  readonly id: string;
  readonly name: string;
  /** The folders that it lies in, with slashes; empty where nobody said. One may be called after its class. */
  readonly folder: string;
  /** The file itself, for exports at the image's own size. */
  readonly file: Blob;
  /** Null while they are not in memory. */
  readonly bitmap: ImageBitmap | null;
  /** An object URL for the strip's thumbnail. */
  readonly thumbnailUrl: string;
  /** Null for the person's own images. */
  readonly sample: SampleNote | null;
}

/** An image whose pixels are in memory, as those of the one in view are. */
export interface Image extends ListedImage {
  readonly bitmap: ImageBitmap;
}

/** What the network is given of it. */
export function pixelsOf({ pixels, bitmap }: Pick<Image, 'pixels' | 'bitmap'>): ImageInput['pixels'] {
  return pixels ?? bitmap;
}

export function hasPixels(image: ListedImage): image is Image {
  return image.bitmap !== null;
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
    /** The person's own first, then the samples. */
    readonly items: readonly ListedImage[];
    /** The one in view. */
    readonly selectedId: string | null;
    /** The one that was chosen, and comes into view once its pixels are in memory. */
    readonly awaitedId: string | null;
    /** How many of the files that were given have been read; null while there are none to read. */
    readonly reading: { readonly done: number; readonly total: number } | null;
    /** Whether images with 16 bits that are nearly black are stretched, as the last one was by choice. */
    readonly wantsStretch: boolean;
    /** The names of samples that were removed, by the model that they come with. */
    readonly removedSamples: Readonly<Record<string, readonly string[]>>;
  };
  /**
   * Of files that are images, each of which is decoded, or said to be none.
   *
   * @param folder what lies in a folder that may be called after a class, with slashes
   */
  addImages(files: readonly File[], folder?: string): Promise<void>;
  selectImage(id: string): void;
  /** Reads an image with 16 bits anew, with those that are in use stretched to the whole range, or not. */
  stretchImage(id: string, isStretched: boolean): Promise<void>;
  removeImage(id: string): void;
  removeImages(ids: readonly string[]): void;
  /** Puts back what was removed last. */
  undoRemoveImages(): void;
  /** Shows those samples again that were removed. */
  bringSamplesBack(): Promise<void>;
  /** Puts an image in the place of another one; own images stay before the samples. */
  moveImage(id: string, toId: string): void;
}
