/** The tensors of a TensorFlow checkpoint: read from its shards, each held against its sum. */
import { AppError } from '../../core/app-error.ts';
import { sizeOfShape } from '../network/artifacts.ts';
import { BFLOAT16, type ElementType, FLOAT16, FLOAT32, FLOAT64, floatsOf } from '../network/element-type.ts';
import type { BundleEntry, CheckpointIndex } from './checkpoint-index.ts';
import { crc32c, masked } from './crc32c.ts';
import { varintAt } from './varint.ts';

/** By TensorFlow's numbers (`DataType`). */
const FLOAT_TYPES: Readonly<Record<number, ElementType>> = { 1: FLOAT32, 2: FLOAT64, 14: BFLOAT16, 19: FLOAT16 };
const STRING = 7;

/** Tensors may share their bytes; a file that gives the same ones again and again is made to fill the memory. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 16e6;

/** Behind the lengths of a string tensor: their own sum. */
const SUM_BYTES = 4;

export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export function isFloat({ dtype }: BundleEntry): boolean {
  return dtype in FLOAT_TYPES;
}

export class Checkpoint {
  readonly fileName: string;
  readonly entries: ReadonlyMap<string, BundleEntry>;
  readonly #shards: ReadonlyMap<number, Uint8Array>;
  readonly #onStep: () => void;
  readonly #read = new Map<string, FloatTensor>();
  #bytesLeft: number;

  /**
   * @param fileName what errors call its index
   * @param onStep called for every tensor
   */
  constructor(fileName: string, { entries }: CheckpointIndex, shards: ReadonlyMap<number, Uint8Array>, onStep: () => void) {
    this.fileName = fileName;
    this.entries = entries;
    this.#shards = shards;
    this.#onStep = onStep;
    const bytes = [...shards.values()].reduce((sum, shard) => sum + shard.length, 0);
    this.#bytesLeft = Math.max(SMALL_BYTES, bytes * MAX_EXPANSION);
  }

  /** @throws AppError `model-file-broken` naming the file and the tensor */
  tensor(key: string): FloatTensor {
    const known = this.#read.get(key);
    if (known) return known;
    this.#onStep();
    const entry = this.entries.get(key);
    if (!entry) throw this.#broken(key, 'is not in it, though it says so');
    if (entry.isSliced) {
      throw new AppError(
        'model-unsupported',
        `In the checkpoint ${this.fileName} the tensor ${key} is stored in pieces (partitioned); please save the model as .keras.`,
      );
    }
    const bytes = this.#bytesOf(entry);
    const element = FLOAT_TYPES[entry.dtype];
    if (!element) throw this.#broken(key, 'holds no floating-point numbers');
    if (sizeOfShape(entry.shape) * element.bytes !== bytes.length) {
      throw this.#broken(key, `takes ${bytes.length} bytes where its shape [${entry.shape.join(', ')}] needs another number`);
    }
    this.#check(entry, crc32c(bytes));
    const tensor = { shape: entry.shape, values: floatsOf(element, bytes.slice()) };
    this.#read.set(key, tensor);
    return tensor;
  }

  /** The bytes of a scalar of text. @throws AppError `model-file-broken` naming the file and the tensor */
  text(key: string): Uint8Array | null {
    const entry = this.entries.get(key);
    if (!entry || entry.dtype !== STRING || entry.shape.length > 0) return null;
    const bytes = this.#bytesOf(entry);
    let found: { readonly value: number; readonly end: number };
    try {
      found = varintAt(bytes, 0);
    } catch {
      throw this.#broken(key, 'has no length');
    }
    const { value: length, end } = found;
    const start = end + SUM_BYTES;
    if (start + length !== bytes.length) throw this.#broken(key, 'is not as long as it says');
    // TensorFlow sums the length as a whole number of four bytes, or of eight where it needs them, then all that follows it.
    const whole = new Uint8Array(length > 0xffff_ffff ? 8 : 4);
    for (let i = 0, rest = length; i < whole.length; i++, rest = Math.floor(rest / 256)) whole[i] = rest % 256;
    this.#check(entry, crc32c(bytes.subarray(end), crc32c(whole)));
    return bytes.subarray(start);
  }

  #bytesOf({ key, shard, offset, size }: BundleEntry): Uint8Array {
    const bytes = this.#shards.get(shard);
    if (!bytes || offset + size > bytes.length) throw this.#broken(key, 'lies beyond the end of its shard, which is cut short');
    this.#bytesLeft -= size;
    if (this.#bytesLeft < 0) throw this.#broken(key, 'is one of many that lie in the same place');
    return bytes.subarray(offset, offset + size);
  }

  #check({ key, sum }: BundleEntry, found: number): void {
    if (masked(found) !== sum) throw this.#broken(key, 'is damaged (its checksum is wrong)');
  }

  #broken(key: string, fault: string): AppError {
    return new AppError('model-file-broken', `In the checkpoint ${this.fileName} the tensor ${key} ${fault}; please get its files again.`);
  }
}
