/** What the readers need of an HDF5 file, apart from the library that opens it. */
import { AppError } from '../core/app-error.ts';
import { sizeOfShape } from './artifacts.ts';
import { decodeFloat16 } from './float16.ts';

/** A tensor of a weights file. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** How the file calls it, for errors. */
  readonly source: string;
}

/** The part of an opened HDF5 file, group or dataset that is read here; `h5wasm`'s objects have it. */
export interface Hdf5Entity {
  readonly attrs?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly shape?: readonly number[] | null;
  readonly value?: unknown;
  readonly dtype?: unknown;
  get?(path: string): unknown;
  keys?(): readonly string[];
}

export interface OpenedHdf5 {
  readonly root: Hdf5Entity;
  close(): void;
}

/** Keras does not compress weights. A file that claims to hold far more than it is long is made to fill the memory. */
const MAX_EXPANSION = 64;

/** A dataset may be declared of any size without a byte of it being there. */
function isPlausible(shape: readonly number[], bytesInFile: number): boolean {
  return shape.every((side) => Number.isInteger(side) && side >= 0) && sizeOfShape(shape) * 4 <= bytesInFile * MAX_EXPANSION;
}

function asFloats(value: unknown): Float32Array | null {
  if (value instanceof Float32Array) return value;
  if (value instanceof Float64Array) return Float32Array.from(value);
  return null;
}

/** One file, read group by group; every fault names it. */
export class Hdf5Reader {
  readonly fileName: string;
  readonly #bytesInFile: number;
  readonly #onStep: () => void;
  readonly root: Hdf5Entity;

  /** @param onStep called for every tensor, so that whoever waits knows that there is progress */
  constructor(fileName: string, root: Hdf5Entity, bytesInFile: number, onStep: () => void = () => {}) {
    this.fileName = fileName;
    this.root = root;
    this.#bytesInFile = bytesInFile;
    this.#onStep = onStep;
  }

  child(entity: Hdf5Entity | null, path: string): Hdf5Entity | null {
    const found = entity?.get?.(path);
    return typeof found === 'object' && found !== null ? found : null;
  }

  keys(entity: Hdf5Entity | null): readonly string[] {
    return entity?.keys?.() ?? [];
  }

  text(entity: Hdf5Entity | null, attribute: string): string | null {
    const value = entity?.attrs?.[attribute]?.value;
    return typeof value === 'string' ? value : null;
  }

  /** A list of names. Keras cuts lists above 64 kB, which HDF5 cannot hold in one attribute, into `<name>0`, `<name>1` and so on. */
  names(entity: Hdf5Entity | null, attribute: string): string[] {
    const whole = entity?.attrs?.[attribute]?.value;
    if (Array.isArray(whole)) return whole.map(String);
    const found: string[] = [];
    for (let i = 0; ; i++) {
      const part = entity?.attrs?.[`${attribute}${i}`]?.value;
      if (!Array.isArray(part)) return found;
      found.push(...part.map(String));
    }
  }

  /** @throws AppError `model-file-broken` naming the file and the tensor */
  tensor(entity: Hdf5Entity | null, path: string): NamedTensor {
    this.#onStep();
    const dataset = this.child(entity, path);
    const { shape } = dataset ?? {};
    if (shape && isPlausible(shape, this.#bytesInFile)) {
      const values = dataset?.dtype === '<e' ? halves(dataset.value) : asFloats(dataset?.value);
      if (values?.length === sizeOfShape(shape)) return { shape: [...shape], values, source: path };
    }
    throw new AppError(
      'model-file-broken',
      `In ${this.fileName} the weight ${path} is missing, too large for the file, or holds no floating-point numbers; please save the model again.`,
    );
  }
}

/** Half precision comes as the library has it: as floats already, or as their bits. */
function halves(value: unknown): Float32Array | null {
  if (!(value instanceof Uint16Array)) return asFloats(value);
  const values = new Float32Array(value.length);
  decodeFloat16(value, values);
  return values;
}
