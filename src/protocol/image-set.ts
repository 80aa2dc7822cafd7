/** An image of a folder that a person gave. */
export interface SetImage {
  /** From the folder, with slashes. */
  readonly path: string;
  readonly file: File;
}
