/** A tensor of a weights file. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** How the file calls it, for errors. */
  readonly source: string;
}
