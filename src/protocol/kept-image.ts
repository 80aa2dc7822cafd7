/** The person's own images, and what was found out about them, as the browser keeps them. */
import type { Depth } from '../core/images/sixteen-bits.ts';
import type { Result, Work } from '../explain/work.ts';
import type { BackendName } from './engine.ts';

export interface KeptImage {
  readonly id: string;
  readonly name: string;
  /** The folders that it lay in, with slashes; empty where nobody said. */
  readonly folder: string;
  readonly file: Blob;
  /** Null where the file itself is small, and the browser draws it. */
  readonly thumbnail: Blob | null;
  /** Of the image, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly depth: Depth | null;
  readonly isStretched: boolean;
  readonly remark: string;
}

/** How images stood in the strip. */
export interface Arrangement {
  /** The ids of the person's own, in their order. */
  readonly order: readonly string[];
  /** The one of them that was in view; null where it was none of them. */
  readonly selected: string | null;
  /** The names of samples that were removed, by the model that they come with. */
  readonly removedSamples: Readonly<Record<string, readonly string[]>>;
}

/** The logits of an image, `[units]`, or a finished result. */
export type KeptFinding =
  | { readonly kind: 'logits'; readonly imageId: string; readonly logits: Float32Array }
  | {
      readonly kind: 'result';
      readonly imageId: string;
      readonly layer: string;
      readonly backend: BackendName;
      /** Whole: what it asks for is its key, as in the page's memory. */
      readonly work: Work;
      readonly result: Result;
    };

/** What found something out: with another network, preparation of images, or version of this page, it is of no use. */
export interface Finder {
  readonly version: string;
  /** The network, and how images are prepared for it. */
  readonly network: string;
}
