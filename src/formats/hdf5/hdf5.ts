/** What the readers need of an HDF5 file, apart from the library that opens it. */
import { AppError } from '../../core/app-error.ts';
import { sizeOfShape } from '../network/artifacts.ts';
import { floatsOfFloat16 } from '../network/float16.ts';
import type { NamedTensor } from '../network/named-tensor.ts';

/** What is declared of a value, before it is read. */
interface Declared {
  /** Bytes per element. */
  readonly size: number;
  readonly total_size: number;
}

/** The part of an opened HDF5 file, group or dataset that is read here; `h5wasm`'s objects have it. */
export interface Hdf5Entity {
  readonly attrs?: Readonly<Record<string, { readonly value: unknown; readonly metadata: Declared }>>;
  readonly shape?: readonly number[] | null;
  readonly value?: unknown;
  readonly dtype?: unknown;
  readonly metadata?: unknown;
  get?(path: string): unknown;
  keys?(): readonly string[];
}

export interface OpenedHdf5 {
  readonly root: Hdf5Entity;
  close(): void;
}

/** Weights hardly get smaller when packed. A file that claims to hold far more than it is long is made to fill the memory. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 16e6;

/** Keras' paths have a few parts; the library takes seconds to follow one with hundreds. */
const MAX_PATH_PARTS = 32;

function asFloats(value: unknown): Float32Array | null {
  if (value instanceof Float32Array) return value;
  if (value instanceof Float64Array) return Float32Array.from(value);
  // Of a scalar the library gives the number itself.
  return typeof value === 'number' ? Float32Array.of(value) : null;
}

/** One file, read group by group; every fault names it. */
export class Hdf5Reader {
  readonly fileName: string;
  readonly root: Hdf5Entity;
  readonly #onStep: () => void;
  /** How much may still be read: a small file may name one dataset a thousand times, or declare any size without a byte of it being there. */
  #bytesLeft: number;

  /** @param onStep called for every tensor, so that whoever waits knows that there is progress */
  constructor(fileName: string, root: Hdf5Entity, bytesInFile: number, onStep: () => void = () => {}) {
    this.fileName = fileName;
    this.root = root;
    this.#bytesLeft = Math.max(SMALL_BYTES, bytesInFile * MAX_EXPANSION);
    this.#onStep = onStep;
  }

  child(entity: Hdf5Entity | null, path: string): Hdf5Entity | null {
    if (path.split('/').length > MAX_PATH_PARTS) return null;
    const found = this.#sound(path, () => entity?.get?.(path));
    return typeof found === 'object' && found !== null ? found : null;
  }

  keys(entity: Hdf5Entity | null): readonly string[] {
    return this.#sound('a list of groups', () => entity?.keys?.() ?? []);
  }

  text(entity: Hdf5Entity | null, attribute: string): string | null {
    const value = this.#attribute(entity, attribute);
    return typeof value === 'string' ? value : null;
  }

  /** A list of names. Keras cuts lists above 64 kB, which HDF5 cannot hold in one attribute, into `<name>0`, `<name>1` and so on. */
  names(entity: Hdf5Entity | null, attribute: string): string[] {
    const whole = this.#attribute(entity, attribute);
    if (Array.isArray(whole)) return whole.map(String);
    const found: string[] = [];
    for (let i = 0; ; i++) {
      const part = this.#attribute(entity, `${attribute}${i}`);
      if (!Array.isArray(part)) return found;
      found.push(...part.map(String));
    }
  }

  /**
   * @param name how errors call the tensor, where its path says little
   * @throws AppError `model-file-broken` naming the file and the tensor
   */
  tensor(entity: Hdf5Entity | null, path: string, name = path): NamedTensor {
    this.#onStep();
    const dataset = this.child(entity, path);
    const shape = this.#sound(name, () => dataset?.shape);
    if (shape && this.#take(sizeOfShape(shape) * 4)) {
      const values = this.#sound(name, () => floatsIn(dataset));
      if (!values && this.isWhole(entity, path)) {
        throw new AppError(
          'model-unsupported',
          `In ${this.fileName} the weight ${name} is stored as whole numbers, as model.quantize() leaves them, which are not read here; please save the model from before that.`,
        );
      }
      if (values?.length === sizeOfShape(shape)) return { shape: [...shape], values, source: name };
    }
    throw new AppError(
      'model-file-broken',
      `In ${this.fileName} the weight ${name} is missing, too large for the file, or holds no floating-point numbers; please save the model again.`,
    );
  }

  /** Whether its numbers are whole ones, as of counters, and of the states of random numbers. */
  isWhole(entity: Hdf5Entity | null, path: string): boolean {
    const dtype = this.#sound(path, () => this.child(entity, path)?.dtype);
    return typeof dtype === 'string' && /^[<>][bhilq]$/i.test(dtype);
  }

  #attribute(entity: Hdf5Entity | null, name: string): unknown {
    return this.#sound(name, () => {
      const attribute = entity?.attrs?.[name];
      return attribute && this.#take(attribute.metadata.size * attribute.metadata.total_size) ? attribute.value : null;
    });
  }

  /** Whether so much may be read. */
  #take(bytes: number): boolean {
    if (!(bytes <= this.#bytesLeft)) return false;
    this.#bytesLeft -= bytes;
    return true;
  }

  /** What the library finds there; it throws where the file is damaged. */
  #sound<Found>(what: string, find: () => Found): Found {
    try {
      return find();
    } catch (cause) {
      throw new AppError('model-file-broken', `The file ${this.fileName} is damaged at ${what}; please get it again.`, { cause });
    }
  }
}

function floatsIn(dataset: Hdf5Entity | null): Float32Array | null {
  if (dataset?.dtype === '<e') return halves(dataset);
  return dataset?.dtype === 'unknown' ? upperHalves(dataset) : asFloats(dataset?.value);
}

/** HDF5 knows no bfloat16, the upper half of a float32. Keras writes it as two bytes that could be anything, which nothing else is. */
function upperHalves({ value, shape }: Hdf5Entity): Float32Array | null {
  if (!(value instanceof Uint8Array) || value.length !== 2 * sizeOfShape(shape ?? [])) return null;
  const words = new Uint16Array(value.length);
  const pairs = new Uint16Array(value.slice().buffer);
  for (const [i, half] of pairs.entries()) words[2 * i + 1] = half;
  return new Float32Array(words.buffer);
}

/** The library cannot read half precision. Told that they are whole numbers, it gives their bits. */
function halves(dataset: Hdf5Entity): Float32Array | null {
  Object.assign(dataset.metadata ?? {}, { type: 0, signed: false });
  const { value } = dataset;
  return value instanceof Uint16Array ? floatsOfFloat16(value) : null;
}
