/** The numbers of a checkpoint's tensors, as float32: each is a view of a storage, with an offset and strides. */
import { AppError } from '../../core/app-error.ts';
import { faultOf } from '../fault.ts';
import { sizeOfShape } from '../network/artifacts.ts';
import { floatsOf } from '../network/element-type.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { elementOfTorch, reversed } from './element-types.ts';
import { openLegacyTorch } from './legacy-file.ts';
import { bytesOf } from './pickle/numpy-values.ts';
import { PickleObject, PickleStorage, type PickleValue } from './pickle/pickle-values.ts';
import type { Storages } from './storages.ts';
import { planOf, TensorFault, type TensorPlan } from './tensor-plan.ts';

/** Weights hardly repeat: a file whose tensors take far more room than it has is made to fill the memory. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 16e6;
/** What is read must fit beside the network. */
const MAX_BYTES = 1.5e9;

/** The elements of a view in the order of its shape. @param values the storage's, from the view's first element on */
function gathered(values: Float32Array, { shape, strides }: TensorPlan): Float32Array {
  const gatheredValues = new Float32Array(sizeOfShape(shape));
  const place = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < gatheredValues.length; i++) {
    gatheredValues[i] = values[from] ?? Number.NaN;
    for (let side = shape.length - 1; side >= 0; side--) {
      const [next, stride, length] = [(place[side] ?? 0) + 1, strides[side] ?? 0, shape[side] ?? 0];
      from += stride;
      if (next < length) {
        place[side] = next;
        break;
      }
      from -= stride * length;
      place[side] = 0;
    }
  }
  return gatheredValues;
}

function isDense({ shape, strides }: TensorPlan): boolean {
  let expected = 1;
  for (let side = shape.length - 1; side >= 0; side--) {
    const length = shape[side] ?? 0;
    if (length !== 1 && strides[side] !== expected) return false;
    expected *= length;
  }
  return true;
}

function lengthOf(content: PickleValue | undefined): number {
  return typeof content === 'string' || content instanceof Uint8Array ? content.length : 0;
}

class Reading {
  readonly #storages: Storages;
  readonly #onStep: () => void;
  #bytesLeft: number;

  constructor(storages: Storages, onStep: () => void) {
    this.#storages = storages;
    this.#onStep = onStep;
    this.#bytesLeft = Math.min(MAX_BYTES, Math.max(SMALL_BYTES, storages.fileBytes * MAX_EXPANSION));
  }

  /** @throws TensorFault before room is made for more than the file can hold */
  take({ element, from, shape, start, end }: TensorPlan): void {
    // A file in the pickle is read anew for every tensor.
    const inPickle = from instanceof PickleObject ? lengthOf(from.args[0]) : 0;
    this.#bytesLeft -= Math.max(4 * sizeOfShape(shape), element.bytes * (end - start)) + inPickle;
    if (!(this.#bytesLeft >= 0)) throw new TensorFault('takes more room than the file can hold');
  }

  async values(plan: TensorPlan): Promise<Float32Array> {
    this.#onStep();
    if (plan.end === plan.start) return new Float32Array();
    const values = await this.#storageValues(plan);
    return isDense(plan) ? values : gathered(values, plan);
  }

  async #storageValues({ element, from, start, end }: TensorPlan): Promise<Float32Array> {
    if (from instanceof PickleStorage) {
      const bytes = await this.#storages.read(from, start * element.bytes, end * element.bytes);
      return floatsOf(element, this.#storages.isBigEndian ? reversed(bytes, element.bytes) : bytes);
    }
    if (from instanceof PickleObject) return this.#ofStorageFile(from, start, end);
    const bytes = bytesOf(from.content) ?? new Uint8Array();
    if (bytes.length < end * element.bytes) throw new TensorFault('is cut short');
    return floatsOf(element, from.isBigEndian ? reversed(bytes, element.bytes) : bytes);
  }

  async #ofStorageFile({ args: [content] }: PickleObject, start: number, end: number): Promise<Float32Array> {
    const bytes = bytesOf(content)?.slice() ?? new Uint8Array();
    const ranges = { size: bytes.length, read: async (from: number, to: number) => bytes.subarray(from, to) };
    const { root, storages } = await openLegacyTorch(ranges, this.#onStep);
    const element = root instanceof PickleStorage ? elementOfTorch(root.kind) : null;
    if (!(root instanceof PickleStorage) || !element) throw new TensorFault('has no numbers that are read here');
    return floatsOf(element, await storages.read(root, start * element.bytes, end * element.bytes));
  }
}

/**
 * @param values what the file has under each name
 * @returns the tensors among them, in their order
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file and the tensor
 */
export async function readTensors(
  fileName: string,
  values: ReadonlyMap<string, PickleValue>,
  storages: Storages,
  onStep: () => void,
): Promise<Map<string, NamedTensor>> {
  const reading = new Reading(storages, onStep);
  const attempt = async <Found>(name: string, find: () => Found | Promise<Found>): Promise<Found> => {
    try {
      return await find();
    } catch (cause) {
      const said =
        cause instanceof TensorFault
          ? `In ${fileName} the tensor ${name} ${cause.message}; please save the model again.`
          : `The file ${fileName} is damaged at the tensor ${name} (${faultOf(cause)}); please get it again.`;
      throw new AppError('model-file-broken', said, { cause });
    }
  };
  const plans = new Map<string, TensorPlan>();
  for (const [name, value] of values) {
    const plan = await attempt(name, () => {
      const found = planOf(value);
      if (found?.element.isFloat === false && /(^|[._])weights?$/.test(name))
        throw new TensorFault('is stored as whole numbers, whose scale is not known here');
      if (found) reading.take(found);
      return found;
    });
    if (plan) plans.set(name, plan);
  }
  const placeOf = ({ from }: TensorPlan) => (from instanceof PickleStorage ? storages.placeOf(from) : 0);
  const found = new Map<string, Float32Array>();
  for (const [name, plan] of [...plans].toSorted(([, a], [, b]) => placeOf(a) - placeOf(b)))
    found.set(name, await attempt(name, () => reading.values(plan)));
  return new Map([...plans].map(([name, { shape }]) => [name, { shape, values: found.get(name) ?? new Float32Array(), source: name }]));
}
