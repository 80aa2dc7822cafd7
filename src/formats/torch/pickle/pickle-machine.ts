/** The stack machine of pickles, as far as it puts data together. */
import type { PickleBytes } from './pickle-bytes.ts';
import { type PickleDict, PickleFault, PickleGlobal, PickleObject, type PickleValue } from './pickle-values.ts';

/** What becomes of the instructions that lead out of the pickle. */
export interface PickleWorld {
  /** What a function or a class of this name gives for these arguments; null: only that is written down. */
  call(path: string, args: readonly PickleValue[]): PickleValue | null;
  /** What the file keeps beside its pickle. */
  persistent(id: PickleValue): PickleValue;
  /** Called now and then, so that whoever waits knows that there is progress. */
  onStep(): void;
}

/** A checkpoint of a network of a thousand layers has some 30,000 lists and dicts. */
const MAX_CONTAINERS = 1_000_000;

/** Python itself gives up at a thousand or so. */
const MAX_NESTED = 10_000;

/** The place of a mark on the stack. */
const MARK = Symbol('mark');

export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly world: PickleWorld;
  readonly memo = new Map<number, PickleValue>();
  readonly #stack: (PickleValue | typeof MARK)[] = [];
  #containers = 0;
  #marks = 0;

  constructor(bytes: PickleBytes, world: PickleWorld) {
    this.bytes = bytes;
    this.world = world;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  /** Something that takes room of its own: so much of it. */
  pushNew(value: PickleValue, room = 1): void {
    this.#containers += room;
    if (this.#containers > MAX_CONTAINERS) throw new PickleFault('it describes more than a million things');
    this.#stack.push(value);
  }

  mark(): void {
    this.#marks++;
    if (this.#marks > MAX_NESTED) throw new PickleFault('its parts are nested too deeply');
    this.#stack.push(MARK);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new PickleFault('an instruction in it lacks what it works on');
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  /** Takes a mark off the stack, where there is one. */
  popAny(): void {
    if (this.#stack.pop() === MARK) this.#marks--;
  }

  popToMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw new PickleFault('an instruction in it lacks its mark');
    const values = this.#stack.splice(at + 1) as PickleValue[];
    this.popAny();
    return values;
  }

  popSome(count: number): PickleValue[] {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.unshift(this.pop());
    return values;
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw new PickleFault('it refers to what it did not describe before');
    this.push(value);
  }

  /** @param callee what would be called in Python */
  call(callee: PickleValue, args: PickleValue): void {
    const list = Array.isArray(args) ? args : [args];
    const path = callee instanceof PickleGlobal ? callee.path : callee instanceof PickleObject ? callee.of : null;
    if (path === null) throw new PickleFault('it calls what is no function');
    const known = callee instanceof PickleGlobal ? this.world.call(path, list) : null;
    // A dict may be made of one long list, or of one large dict, again and again.
    const room = known instanceof Map ? list.reduce((sum: number, part) => sum + lengthOf(part), 1) : 1;
    this.pushNew(known ?? new PickleObject(path, list), room);
  }

  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (list instanceof PickleObject) list.items ??= [];
    const items = list instanceof PickleObject ? list.items : list;
    if (!Array.isArray(items)) throw new PickleFault('it appends to what is no list');
    for (const value of values) items.push(value);
  }

  setItems(pairs: readonly PickleValue[]): void {
    const dict = this.top();
    if (dict instanceof PickleObject) dict.entries ??= new Map();
    const entries = dict instanceof PickleObject ? dict.entries : dict;
    if (!(entries instanceof Map)) throw new PickleFault('it sets keys of what is no dict');
    putPairs(entries, pairs);
  }

  build(): void {
    const state = this.pop();
    const object = this.top();
    // What an OrderedDict or a tensor is told beside its content says nothing of that.
    if (object instanceof PickleObject) object.state = state;
  }
}

/** How many things there are in it. */
function lengthOf(value: PickleValue): number {
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

export function putPairs(entries: PickleDict, pairs: readonly PickleValue[]): void {
  if (pairs.length % 2 !== 0) throw new PickleFault('a key in it has no value');
  for (let i = 0; i < pairs.length; i += 2) entries.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue);
}
