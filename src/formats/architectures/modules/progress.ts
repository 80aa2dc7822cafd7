/** How far a row of modules has been written down. */

export interface Progress {
  /** A layer, by its name. */
  readonly x: string;
  /** Null for a map; for a vector the map that it was, cell by cell and not, as in torch, channel by channel, or `''` where it was none. */
  readonly flattened: string | null;
}

/** A module by its path, or what a network does without one, by the layer's name. */
export type Step = string | { readonly does: 'flatten' | 'relu' | 'pool'; readonly name: string };
