import type { OutputReading } from '../../core/models/output-reading.ts';

/** What a model alone does not say. */
export interface ModelOptions {
  /**
   * What the outputs mean. Left out: as the activation at the model's end says; without one, the logits of classes that exclude each other
   * (softmax), or of a single unit a number.
   */
  readonly reading?: OutputReading;
  /** One name for each output; for a single sigmoid unit one, or two, the second of which is the unit's. Left out: numbers. */
  readonly classNames?: readonly string[];
  /** Which of several outputs is explained, by its number from 0. Left out: the first that is a classifier. */
  readonly output?: number;
}
