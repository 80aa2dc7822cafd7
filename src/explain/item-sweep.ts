/**
 * The scores of a network with one item after the other ablated: window positions for FastAblationCAM, channels for Ablation-CAM.
 *
 * The logits of *all* classes are kept for every item, so that a map of any class and score is arithmetic on numbers already there, and a
 * sweep that was stopped goes on where it was.
 */
export interface ItemSweep {
  /** The intact network's logits, `[classes]`. */
  readonly baseline: Float32Array;
  /** The logits with each item ablated, `[items, classes]`; zeros for items that are not exact yet. */
  readonly logits: Float32Array;
  /** 1 for every item whose logits are known, `[items]`. */
  readonly isExact: Uint8Array;
  /** How many of them are. */
  readonly exactCount: number;
}

/** A part of a sweep: the items that were run, and their logits, `[items.length, classes]`. */
export interface SweptItems {
  readonly items: Uint32Array;
  readonly logits: Float32Array;
}

/** A sweep of `count` items of which none has been run. */
export function emptySweep(count: number, baseline: Float32Array): ItemSweep {
  return { baseline, logits: new Float32Array(count * baseline.length), isExact: new Uint8Array(count), exactCount: 0 };
}

/**
 * The sweep with these items exact. The arrays are filled in where they are, since they can be large; the object is a new one, so that
 * whoever compares by identity sees that something has changed.
 */
export function withItems<Sweep extends ItemSweep>(sweep: Sweep, { items, logits }: SweptItems): Sweep {
  const classes = sweep.baseline.length;
  let { exactCount } = sweep;
  for (const [i, item] of items.entries()) {
    sweep.logits.set(logits.subarray(i * classes, (i + 1) * classes), item * classes);
    if (!sweep.isExact[item]) exactCount++;
    sweep.isExact[item] = 1;
  }
  return { ...sweep, exactCount };
}

export function isComplete({ isExact, exactCount }: ItemSweep): boolean {
  return exactCount === isExact.length;
}

/** The logits of one item, `[classes]`: a view, not a copy. */
export function itemLogits({ logits, baseline }: ItemSweep, item: number): Float32Array {
  return logits.subarray(item * baseline.length, (item + 1) * baseline.length);
}

/**
 * The items that are still to be run, those with the largest priority (by magnitude) first; in their own order where there is no priority.
 *
 * @param priority one number per item
 */
export function remainingItems({ isExact }: ItemSweep, priority: Float32Array | null): Uint32Array {
  const items = Uint32Array.from(isExact.keys()).filter((item) => !isExact[item]);
  if (!priority) return items;
  const weight = (item: number) => Math.abs(priority[item] ?? 0);
  return items.sort((a, b) => weight(b) - weight(a));
}
