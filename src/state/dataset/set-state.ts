/** A folder of images, and what its maps are worth. */
import type { Box } from '../../metrics/pointing.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import type { TableFormat } from '../../sets/set-table.ts';

export interface SetThumbnail {
  readonly content: Blob;
  /** Of the whole image. */
  readonly width: number;
  readonly height: number;
}

/** A folder of images that is measured. */
export interface SetSlice {
  readonly set: {
    readonly status: 'none' | 'running' | 'paused' | 'done';
    /** The name of a folder that was given before there is a model to measure it with. */
    readonly waiting: string | null;
    readonly kept: KeptSet | null;
    /** In the order in which they were measured. */
    readonly results: readonly SetResult[];
    /** Images that could not be read, with the reason. */
    readonly failed: readonly { readonly path: string; readonly message: string }[];
    readonly remainingMs: number | null;
    /** The images of the strip that were opened from the set, by their paths. */
    readonly opened: Readonly<Record<string, string>>;
    /** What the person marked on its images, in their pixels, by their paths. */
    readonly boxes: Readonly<Record<string, Box>>;
  };
  /** Measures these images with what is on screen: the model, the layer and the methods. Replaces the set before. */
  openSet(images: readonly SetImage[]): Promise<void>;
  /** Takes up what a former visit left. */
  loadSet(): Promise<void>;
  runSet(): Promise<void>;
  pauseSet(): void;
  clearSet(): Promise<void>;
  /** Puts an image of the set on the stage. */
  openSetImage(path: string): Promise<void>;
  /** An image of the set, small; null where it cannot be had. */
  setThumbnail(path: string): Promise<SetThumbnail | null>;
  downloadSet(format: TableFormat): void;
}
