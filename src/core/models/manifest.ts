import type { Size } from '../images/geometry.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import type { OutputReading } from './output-reading.ts';

/** `manifest.json` beside a model: all that a network's files do not say about how to use it. */
export interface ModelManifest {
  readonly title: string;
  readonly description: string;
  readonly input: Size;
  readonly preprocessing: Preprocessing;
  /** What the units of the output mean; null where nobody said. */
  readonly outputReading: OutputReading | null;
  readonly classNames: readonly string[];
  /** Where the weights come from, and under which licence they may be used. */
  readonly origin: string;
  readonly licence: string;
  /** Every file of the model (`model.json` and its shards), with its size in bytes and SHA-256 in hex; checked on load. */
  readonly files: readonly ModelFile[];
}

export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}
