/** Ranges that are read some 65 kB at a time: each read may be a way to the disk and back, and what is next to it is wanted next. */
import type { ByteRanges } from '../given-file.ts';

const BLOCK_BYTES = 1 << 16;

/** What is longer is read in pieces, so that there are signs of progress on the way. */
const PIECE_BYTES = 1 << 24;

export class BufferedRanges implements ByteRanges {
  readonly size: number;
  readonly #ranges: ByteRanges;
  readonly #onStep: () => void;
  #block: Uint8Array<ArrayBuffer> = new Uint8Array();
  #blockStart = 0;

  /** @param onStep called for every way to the disk, so that whoever waits knows that there is progress */
  constructor(ranges: ByteRanges, onStep: () => void) {
    this.#ranges = ranges;
    this.#onStep = onStep;
    this.size = ranges.size;
  }

  /** What is given is only good until the next read. @throws Error where the file does not reach so far */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(start >= 0 && start <= end && end <= this.size)) throw new Error('it is cut short');
    const offset = start - this.#blockStart;
    if (offset >= 0 && end - this.#blockStart <= this.#block.length) return this.#block.subarray(offset, offset + end - start);
    this.#block = await this.#fresh(start, Math.min(this.size, Math.max(end, start + BLOCK_BYTES)));
    this.#blockStart = start;
    return this.#block.subarray(0, end - start);
  }

  async #fresh(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(end - start);
    for (let at = start; at < end; at += PIECE_BYTES) {
      const piece = await this.#ranges.read(at, Math.min(end, at + PIECE_BYTES));
      if (piece.length !== Math.min(end - at, PIECE_BYTES)) throw new Error('it is cut short');
      whole.set(piece, at - start);
      this.#onStep();
    }
    return whole;
  }
}
