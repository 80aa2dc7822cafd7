import type { Size } from './geometry.ts';
import type { Preprocessing } from './preprocessing.ts';
import type { OutputActivation } from './scores.ts';

/** What is known of a model without loading it: enough to show a finished explanation, and to open it the same way again. */
export interface ModelCard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly input: Size;
  readonly takesAnySize: boolean;
  readonly preprocessing: Preprocessing;
  readonly outputActivation: OutputActivation;
  readonly classNames: readonly string[];
  /** What was guessed about how it is used, as sentences, until somebody has looked at it; else empty. */
  readonly toCheck: string;
}

/** A model that a person gave, as the browser keeps it. */
export interface KeptModel {
  readonly card: ModelCard;
  /** All files together. */
  readonly bytes: number;
  /** The same files, or the same address, give the same origin. */
  readonly origin: string;
}
