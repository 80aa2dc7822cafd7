/** What is moved where, by the kernel that moves cells. */
import type * as tf from '@tensorflow/tfjs-core';

/** Where an item's cells begin on the map; null: with the map, for all items. */
export type Origins = { readonly rows: Int32Array; readonly columns: Int32Array } | null;

export interface Source {
  /** `[batch or 1, rows, columns, channels]` */
  readonly x: tf.Tensor4D;
  readonly origins: Origins;
  /** The first of the channels that are taken. */
  readonly channel: number;
}

export interface Laying {
  /** `[batch, rows, columns, channels]` of the result. */
  readonly shape: readonly [number, number, number, number];
  readonly origins: Origins;
  /** Of the map. Beyond it everything is `fill`. */
  readonly rows: number;
  readonly columns: number;
  readonly fill: number;
  /** Whether what lies over is added to what lies under it, or takes its place. */
  readonly isAdded: boolean;
}
