/** A folder of images, and what its maps are worth. */
import type { Size } from '../../core/images/geometry.ts';
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
  /** Whether the map is drawn over it. */
  readonly isDrawn: boolean;
}

/** What the command line found, as it was given: shown as it is, and not measured here. */
export interface GivenRun {
  /** Of its network. */
  readonly title: string;
  /** What its network took. */
  readonly input: Size;
  /** Maps drawn over their images, by the images' paths and the maps' ids. */
  readonly overlays: Readonly<Record<string, Readonly<Record<string, File>>>>;
  /** The images that are there, by their paths. */
  readonly images: ReadonlyMap<string, File>;
}

/** A folder of images that is measured. */
export interface SetSlice {
  readonly set: {
    readonly status: 'none' | 'running' | 'paused' | 'done';
    /** The name of a folder that was given before there is a model to measure it with. */
    readonly waiting: string | null;
    /** The name of a folder that was given while there are results of another one, which it would take the place of. */
    readonly offered: string | null;
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
    /** Null for a set that is measured here. */
    readonly run: GivenRun | null;
  };
  /** Measures these images with what is on screen: the model, the layer and the methods. Where there are results of others, it asks first. */
  openSet(images: readonly SetImage[]): Promise<void>;
  /** Measures the folder that is offered, in place of the one that was measured. */
  replaceSet(): Promise<void>;
  /** Keeps what was measured, and leaves the folder that is offered. */
  keepSet(): void;
  /** Shows what the command line found, with the images that lie beside it, and keeps it. */
  openResults(files: readonly SetImage[]): Promise<void>;
  /** Shows those that a former visit left. @returns whether there were any */
  loadResults(): Promise<boolean>;
  /**
   * Gives results the images that they are of.
   *
   * @returns whether there were any
   */
  addImagesOfResults(images: readonly SetImage[]): Promise<boolean>;
  /** Takes up what a former visit left. */
  loadSet(): Promise<void>;
  runSet(): Promise<void>;
  /** Until the person has it go on, in later visits too. */
  pauseSet(): void;
  /** For as long as something else stands in its way. */
  interruptSet(): void;
  clearSet(): Promise<void>;
  /** Puts an image of the set on the stage. */
  openSetImage(path: string): Promise<void>;
  /**
   * An image of the set, small; null where it cannot be had.
   *
   * @param map of results: the map that may be drawn over it already; null: the image alone
   */
  setThumbnail(path: string, map: string | null): Promise<SetThumbnail | null>;
  downloadSet(format: TableFormat): void;
}
