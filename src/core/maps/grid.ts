/** The cells of a layer's grid. */

/** The cells of a layer's grid. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Cells `[top, bottom) x [left, right)` of a layer's grid. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}
