/** What the page needs to know of a layer whose activations can be explained. */
export interface LayerInfo {
  readonly name: string;
  /** The Keras class, such as `Conv2D` or `Concatenate`. */
  readonly kind: string;
  /** The activation's shape for one picture: `[rows, columns, channels]`. */
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** The group the layer is listed under, such as `conv5`. */
  readonly block: string;
}
