import type { Credit } from '../core/models/credit.ts';
import type { Result, Work } from '../explain/work.ts';
import type { Box } from '../metrics/pointing.ts';
import type { BackendName } from './engine.ts';

/** An image with its finished explanation, as the engine once reported it: shown before there is an engine. */
export interface Sample {
  readonly name: string;
  /** What there is to see, in a sentence or two. */
  readonly caption: string;
  readonly credit: Credit | null;
  /** Around what it shows, drawn by hand, in the image's pixels. */
  readonly box: Box | null;
  /** The class that it shows, by name; null where it shows none. */
  readonly label: string | null;
  /** What the network says it is. */
  readonly named: string;
  readonly layer: string;
  readonly backend: BackendName;
  readonly logits: Float32Array;
  readonly results: readonly { readonly work: Work; readonly result: Result }[];
  fetchImage(): Promise<Blob>;
}
