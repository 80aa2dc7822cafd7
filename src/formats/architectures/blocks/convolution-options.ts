import type { Pair } from './pair.ts';

export interface ConvolutionOptions {
  readonly stride?: Pair;
  /** Zeros on every side; where nothing is said, as many as keep the size at a stride of one. `same`: as TensorFlow pads. */
  readonly padding?: Pair | 'same';
  readonly dilation?: number;
  /** The kernel's sides, where the family knows them. */
  readonly kernel?: Pair;
  /** What the layer is called, where that is not its module. */
  readonly name?: string;
}
