/** What was found out about images, as it is kept beyond the visit. */
import type { Result, Work } from '../explain/work.ts';
import type { BackendName } from './engine.ts';

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
