import type { LayerRole } from '../core/models/layer-role.ts';

/** What the page needs to know of a layer. */
export interface LayerInfo {
  readonly name: string;
  /** What else it was called before, in links and scripts. */
  readonly otherNames?: readonly string[];
  /** The Keras class, such as `Conv2D` or `Concatenate`. */
  readonly kind: string;
  readonly role: LayerRole;
  /** The activation's shape for one image: `[rows, columns, channels]`; a vector has one row and one column. */
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** The group the layer is listed under, such as `conv5`. */
  readonly block: string;
  /** Why the layer cannot be explained, as a sentence; null for those that can. */
  readonly unsupportedReason: string | null;
  /** What runs after the layer, for one ablated copy. */
  readonly tail: WorkSize;
  /** What runs for a copy of which one cell is ablated; absent where that is the whole tail. */
  readonly cellTail?: WorkSize;
  /**
   * What must run for every zeroed channel: no more of the tail than what that changes, or, where it saves little, the tail without the
   * channelwise layers after the cut, which run once for all.
   */
  readonly channelTail: WorkSize;
  /** Absent where what takes the layer's values is not a ReLU, or BatchNorm and concatenation before one. */
  readonly afterRelu?: AfterReluWork;
}

/** What runs for a copy of which something becomes nothing after the next ReLU: one cell, or a channel. */
export interface AfterReluWork {
  readonly cell: WorkSize;
  readonly channel: WorkSize;
}

/** How much there is to compute, for one image or one copy. */
export interface WorkSize {
  readonly macs: number;
  /** Activations that are written: the cost of what passes over its values without multiplying matrices. */
  readonly values: number;
}

/** Whether somebody may mean the layer by this name. */
export function isCalled({ name, otherNames = [] }: LayerInfo, wanted: string): boolean {
  return name === wanted || otherNames.includes(wanted);
}

export function canBeExplained({ unsupportedReason }: LayerInfo): boolean {
  return unsupportedReason === null;
}
