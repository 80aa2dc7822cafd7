/**
 * One value per cell of a layer's grid, row-major, exactly as the method gave it: raw and signed, no ReLU, not normalised.
 * Shape `[rows, columns]`; the unit is the method's (a drop in logit, say).
 */
export interface SaliencyMap {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}
