/**
 * The items of a job that several engines share: handed out in parts, in their order, each exactly once. What an engine has not done when it
 * stops is handed out again, before all else.
 */

/**
 * In a round each engine gets its even share of this much of what is left: large parts first, as each costs something once, and small ones in
 * the end, so that all engines end at nearly the same time, however fast each is.
 */
const SHARE_OF_THE_REST = 0.8;

export class ItemQueue {
  #parts: Uint32Array[];
  #left: number;
  /** What each engine gets in this round, and how many parts of it are left. */
  #round = { share: 0, parts: 0 };

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
   * @param least fewer items are not worth what a part costs once
   * @param most more are not to be lost with an engine that stops
   * @returns the next items; empty when all are handed out
   */
  take(engines: number, least: number, most = Number.POSITIVE_INFINITY): Uint32Array {
    if (this.#round.parts === 0) this.#round = { share: Math.ceil((this.#left * SHARE_OF_THE_REST) / engines), parts: engines };
    this.#round.parts--;
    const wanted = Math.min(most, Math.max(least, this.#round.share));
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
