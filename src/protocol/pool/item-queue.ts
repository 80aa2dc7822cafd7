/**
 * The items of a job that several engines share: handed out in their order, each exactly once. What an engine has not done when it stops is handed
 * out again, before all else.
 */

/**
 * An engine is given this much of its even share of what is left: large parts first, as batches of few items run slower, and small ones in the
 * end, so that all engines end at nearly the same time, however fast each is.
 */
const SHARE_OF_THE_REST = 0.75;

export class ItemQueue {
  #parts: Uint32Array[];
  #left: number;

  constructor(items: Uint32Array) {
    this.#parts = [items];
    this.#left = items.length;
  }

  /** How many items have not been handed out. */
  get left(): number {
    return this.#left;
  }

  /**
   * @param engines how many engines share the job
   * @param least fewer items would run slower
   * @param most with more an engine would not be free for so long
   * @returns the next items; empty when all are handed out
   */
  take(engines: number, least: number, most = Number.POSITIVE_INFINITY): Uint32Array {
    const wanted = Math.min(most, Math.max(least, Math.ceil((this.#left * SHARE_OF_THE_REST) / engines)));
    const [first = new Uint32Array(), ...rest] = this.#parts;
    // A rest that is too small for a part of its own goes with this one.
    const count = first.length - wanted < least / 2 ? first.length : wanted;
    const part = first.slice(0, count);
    this.#parts = count < first.length ? [first.subarray(count), ...rest] : rest;
    this.#left -= part.length;
    return part;
  }

  giveBack(items: Uint32Array): void {
    if (items.length === 0) return;
    this.#parts = [items, ...this.#parts].filter(({ length }) => length > 0);
    this.#left += items.length;
  }
}
