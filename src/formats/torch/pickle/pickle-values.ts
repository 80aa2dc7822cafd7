/** What a pickle describes, as data: nothing of it is ever looked up, made or called. */

/** The name of a class or a function of Python. */
export class PickleGlobal {
  readonly path: string;

  constructor(module: string, name: string) {
    this.path = `${module}.${name}`;
  }
}

/** In place of what a class or a function would have made: what it was to be given. */
export class PickleObject {
  /** The class or the function, such as `torchvision.models.resnet.ResNet`. */
  readonly of: string;
  readonly args: readonly PickleValue[];
  state: PickleValue = null;
  /** Of something like a dict. */
  entries: PickleDict | null = null;
  /** Of something like a list. */
  items: PickleValue[] | null = null;

  constructor(of: string, args: readonly PickleValue[]) {
    this.of = of;
    this.args = args;
  }
}

/** Numbers of one kind that tensors are views of. What the file says of it is checked when it is read. */
export class PickleStorage {
  /** The class that the file gives, such as `torch.FloatStorage`. */
  readonly kind: string;
  /** Which of the file's storages it is. */
  readonly key: string;
  /** How many elements it has; bytes where it has no type of its own. */
  readonly count: PickleValue;
  /** The element that it begins with, where it is a part of the one in the file. */
  readonly start: PickleValue;

  constructor(kind: string, key: string, count: PickleValue, start: PickleValue = 0) {
    this.kind = kind;
    this.key = key;
    this.count = count;
    this.start = start;
  }
}

/** A view of a storage, as the file describes it: nothing of it has been checked. */
export class PickleTensor {
  readonly storage: PickleValue;
  readonly offset: PickleValue;
  readonly size: PickleValue;
  readonly stride: PickleValue;
  /** A torch dtype, where the storage has no type of its own. */
  readonly dtype: string | null;

  constructor(storage: PickleValue, offset: PickleValue, size: PickleValue, stride: PickleValue, dtype: string | null = null) {
    this.storage = storage;
    this.offset = offset;
    this.size = size;
    this.stride = stride;
    this.dtype = dtype;
  }
}

/** A map, so that no key of a file means anything to this program. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** Lists, tuples and sets are arrays; whole numbers too large for a number are bigint. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | PickleGlobal
  | PickleObject
  | PickleTensor
  | PickleStorage;

/** What is wrong with a pickle, as it stands in brackets within a sentence. */
export class PickleFault extends Error {}

/** There are fewer bytes than the pickle needs. */
export class PickleEnds extends PickleFault {
  constructor() {
    super('it ends too early');
  }
}

/** The pickle calls what no weights need: the message is its name. */
export class PickleHarm extends PickleFault {}
