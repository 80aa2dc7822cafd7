/** What a tensor's description asks for, with every number in it checked before room is made for anything. */
import { sizeOfShape } from '../network/artifacts.ts';
import type { ElementType } from '../network/element-type.ts';
import { elementOfTorch } from './element-types.ts';
import { isOtherTensor, todaysName } from './pickle/known-calls.ts';
import { numpyArray } from './pickle/numpy-values.ts';
import { PickleObject, PickleStorage, PickleTensor, type PickleValue } from './pickle/pickle-values.ts';

/** Bytes that stand in the pickle itself; a text has one in every character. */
interface InlineContent {
  readonly content: Uint8Array | string;
  readonly isBigEndian: boolean;
}

export interface TensorPlan {
  readonly element: ElementType;
  /** A storage of the file's, one that stands in the pickle as a file of its own, or plain bytes. */
  readonly from: PickleStorage | PickleObject | InlineContent;
  readonly shape: readonly number[];
  /** In elements, for each side. */
  readonly strides: readonly number[];
  /** The elements of the storage from the first to the last that the tensor has. */
  readonly start: number;
  readonly end: number;
}

/** What is wrong, as it stands after “the tensor … ”. */
export class TensorFault extends Error {}

const MAX_SIDES = 64;

/** More is no address of anything. */
function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function counts(value: PickleValue, what: string): number[] {
  if (!Array.isArray(value) || value.length > MAX_SIDES || !value.every(isCount))
    throw new TensorFault(`has a ${what} that is negative or no list of whole numbers`);
  return value;
}

/** One more than the place of the last element, counted from the first. */
function extentOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((sum, side, i) => sum + (side - 1) * (strides[i] ?? 0), 1);
}

/** Rows one after the other. */
function denseStrides(shape: readonly number[]): number[] {
  return shape.map((_, i) => sizeOfShape(shape.slice(i + 1)));
}

function planOfArray(value: PickleValue): TensorPlan | null {
  const array = numpyArray(value);
  if (!array) return null;
  const shape = counts(array.size, 'shape');
  const strides = array.isColumnsFirst ? denseStrides(shape.toReversed()).toReversed() : denseStrides(shape);
  return { element: array.element, from: array, shape, strides, start: 0, end: sizeOfShape(shape) };
}

/** The pickle of a tensor alone, as `pickle.dump` writes it: its storage is a file of torch's in the pickle. */
function isStorageFile(value: PickleValue): value is PickleObject {
  return value instanceof PickleObject && value.of === 'torch.storage._load_from_bytes';
}

/** What torch of before 2017 wrote: an empty `torch.FloatTensor`, told of its storage afterwards. */
function tensorOfState(value: PickleValue): PickleTensor | null {
  if (!(value instanceof PickleObject) || !/^torch\.(cuda\.)?\w*Tensor$/.test(value.of)) return null;
  const [storage = null, offset = null, size = null, stride = null] = Array.isArray(value.state) ? value.state : [];
  return storage instanceof PickleStorage ? new PickleTensor(storage, offset, size, stride) : null;
}

/** @returns null where that is no tensor; throws TensorFault where it is one that cannot be read */
export function planOf(value: PickleValue): TensorPlan | null {
  if (isOtherTensor(value)) throw new TensorFault(`is made by ${todaysName(value.of)}, which is not read here: only plain tensors are`);
  const tensor = value instanceof PickleTensor ? value : tensorOfState(value);
  if (!tensor) return planOfArray(value);
  const { storage, offset, dtype } = tensor;
  const shape = counts(tensor.size, 'shape');
  const strides = counts(tensor.stride, 'stride');
  if (strides.length !== shape.length) throw new TensorFault('has another number of strides than of sides');
  if (!isCount(offset)) throw new TensorFault('begins nowhere');
  if (isStorageFile(storage))
    return { element: elementOf(dtype), from: storage, shape, strides, start: offset, end: offset + extentOf(shape, strides) };
  if (!(storage instanceof PickleStorage)) throw new TensorFault('has no numbers in the file');
  const element = elementOf(dtype ?? storage.kind);
  const { count, start: viewStart } = storage;
  if (!isCount(count) || !isCount(viewStart)) throw new TensorFault('has a storage of no size');
  // A storage without a type counts bytes.
  const there = /Untyped/.test(storage.kind) ? Math.floor(count / element.bytes) : count;
  const start = viewStart + offset;
  const end = start + extentOf(shape, strides);
  if (!(end <= there)) throw new TensorFault('reaches beyond its storage');
  return { element, from: storage, shape, strides, start, end };
}

const NO_TYPE: ElementType = { bytes: 1, isFloat: true, decode: () => [] };

function elementOf(kind: string | null): ElementType {
  // The file in the pickle says it.
  if (kind === null) return NO_TYPE;
  const element = elementOfTorch(kind);
  if (!element) throw new TensorFault(`is stored as ${todaysName(kind).replace(/^torch\./, '')}, which is not read here`);
  return element;
}

/** Whether something stands for a tensor, of whichever kind, readable here or not. */
export function isTensor(value: PickleValue): boolean {
  return value instanceof PickleTensor || isOtherTensor(value) || tensorOfState(value) !== null || numpyArray(value) !== null;
}
