/** A picture of a folder that a person gave. */
export interface SetPicture {
  /** From the folder, with slashes. */
  readonly path: string;
  readonly file: File;
}
