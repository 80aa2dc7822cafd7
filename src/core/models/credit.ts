/** Whose work an image is, and where it comes from. */
export interface Credit {
  /** The maker, the collection and the licence, such as `Dorothea Lange, Getty Open Content, CC0`. */
  readonly text: string;
  readonly url: string;
}
