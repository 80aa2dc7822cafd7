import type { ResultLine } from '../../sets/results/result-line.ts';

/** What became of the images: counted, as there may be very many. */
export class Tally {
  readonly #done = new Set<string>();
  readonly #startedAt = performance.now();
  failed = 0;
  firstError = '';
  /** Of this run. */
  now = 0;

  /** @param isNow whether it was done in this run */
  add({ path, error }: ResultLine, isNow: boolean): void {
    this.#done.add(path);
    if (isNow) this.now++;
    if (!error) return;
    this.failed++;
    this.firstError ||= error.message;
  }

  has(path: string): boolean {
    return this.#done.has(path);
  }

  get done(): number {
    return this.#done.size;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }
}
