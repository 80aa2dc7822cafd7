/**
 * Pickles, interpreted as what they describe. A pickle is a program for a small stack machine; this one has the instructions that put
 * data together, and for those that would look something up in Python, or call it, it writes down what was asked for.
 * https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
import { latin1, PickleBytes } from './pickle-bytes.ts';
import { PickleMachine, type PickleWorld, putPairs } from './pickle-machine.ts';
import { type PickleDict, PickleFault, PickleGlobal, PickleObject, type PickleValue } from './pickle-values.ts';

/** A checkpoint of a network of a thousand layers takes some 200,000. */
const MAX_STEPS = 8_000_000;
const STEPS_BETWEEN_SIGNS = 100_000;

function dictOf(pairs: readonly PickleValue[]): PickleDict {
  const dict: PickleDict = new Map();
  putPairs(dict, pairs);
  return dict;
}

function textOf(value: PickleValue): string {
  if (typeof value !== 'string') throw new PickleFault('a name in it is no text');
  return value;
}

type Instruction = (machine: PickleMachine) => void;

/** By their byte, as in pickletools; of protocol 0 only what later ones use as well. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (m) => m.bytes.uint8()], // PROTO
  [0x95, (m) => m.bytes.uint64()], // FRAME: pieces to be read at once, which says nothing of what is in them
  [0x28, (m) => m.mark()],
  [0x30, (m) => m.popAny()],
  [0x31, (m) => m.popToMark()],
  [0x32, (m) => m.push(m.top())],
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x4a, (m) => m.push(m.bytes.int32())],
  [0x4b, (m) => m.push(m.bytes.uint8())],
  [0x4d, (m) => m.push(m.bytes.uint16())],
  [0x8a, (m) => m.push(m.bytes.long(m.bytes.uint8()))],
  [0x8b, (m) => m.push(m.bytes.long(m.bytes.uint32()))],
  [0x47, (m) => m.push(m.bytes.float64())],
  [0x58, (m) => m.push(m.bytes.text(m.bytes.uint32()))],
  [0x8c, (m) => m.push(m.bytes.text(m.bytes.uint8()))],
  [0x8d, (m) => m.push(m.bytes.text(m.bytes.uint64()))],
  [0x55, (m) => m.push(latin1(m.bytes.take(m.bytes.uint8())))],
  [0x54, (m) => m.push(latin1(m.bytes.take(m.bytes.uint32())))],
  [0x42, (m) => m.push(m.bytes.take(m.bytes.uint32()))],
  [0x43, (m) => m.push(m.bytes.take(m.bytes.uint8()))],
  [0x8e, (m) => m.push(m.bytes.take(m.bytes.uint64()))],
  [0x96, (m) => m.push(m.bytes.take(m.bytes.uint64()))],
  [0x29, (m) => m.pushNew([])],
  [0x74, (m) => m.pushNew(m.popToMark())],
  [0x85, (m) => m.pushNew(m.popSome(1))],
  [0x86, (m) => m.pushNew(m.popSome(2))],
  [0x87, (m) => m.pushNew(m.popSome(3))],
  [0x5d, (m) => m.pushNew([])],
  [0x6c, (m) => m.pushNew(m.popToMark())],
  [0x61, (m) => m.append([m.pop()])],
  [0x65, (m) => m.append(m.popToMark())],
  [0x7d, (m) => m.pushNew(new Map())],
  [0x64, (m) => m.pushNew(dictOf(m.popToMark()))],
  [0x73, (m) => m.setItems(m.popSome(2))],
  [0x75, (m) => m.setItems(m.popToMark())],
  [0x8f, (m) => m.pushNew(new PickleObject(SET, []))],
  [0x90, (m) => m.append(m.popToMark())],
  [0x91, (m) => m.pushNew(new PickleObject(SET, [m.popToMark()]))],
  [0x63, (m) => m.pushNew(new PickleGlobal(m.bytes.line(), m.bytes.line()))],
  [
    0x93,
    (m) => {
      const [module = null, name = null] = m.popSome(2);
      m.pushNew(new PickleGlobal(textOf(module), textOf(name)));
    },
  ],
  [
    0x52, // REDUCE
    (m) => {
      const [callee = null, args = null] = m.popSome(2);
      m.call(callee, args);
    },
  ],
  [
    0x81, // NEWOBJ
    (m) => {
      const [callee = null, args = null] = m.popSome(2);
      m.call(callee, args);
    },
  ],
  [
    0x92, // NEWOBJ_EX
    (m) => {
      const [callee = null, args = null] = m.popSome(3);
      m.call(callee, args);
    },
  ],
  [0x69, (m) => m.call(new PickleGlobal(m.bytes.line(), m.bytes.line()), m.popToMark())],
  [
    0x6f, // OBJ
    (m) => {
      const [callee = null, ...args] = m.popToMark();
      m.call(callee, args);
    },
  ],
  [0x62, (m) => m.build()],
  [0x51, (m) => m.push(m.world.persistent(m.pop()))],
  [0x68, (m) => m.recall(m.bytes.uint8())],
  [0x6a, (m) => m.recall(m.bytes.uint32())],
  [0x71, (m) => m.memo.set(m.bytes.uint8(), m.top())],
  [0x72, (m) => m.memo.set(m.bytes.uint32(), m.top())],
  [0x94, (m) => m.memo.set(m.memo.size, m.top())],
]);

/** Sets have no order, so they are no lists. */
const SET = 'builtins.set';

const STOP = 0x2e;

/**
 * @param start where the pickle begins
 * @returns what it describes, and where it ends
 * @throws PickleEnds where the bytes end before the pickle does, else PickleFault
 */
export function readPickle(bytes: Uint8Array, start: number, world: PickleWorld): { readonly value: PickleValue; readonly end: number } {
  const cursor = new PickleBytes(bytes, start);
  const machine = new PickleMachine(cursor, world);
  for (let step = 0; step < MAX_STEPS; step++) {
    if (step % STEPS_BETWEEN_SIGNS === 0) world.onStep();
    const code = cursor.uint8();
    if (code === STOP) return { value: machine.pop(), end: cursor.at };
    const instruction = INSTRUCTIONS.get(code);
    if (!instruction) throw new PickleFault(`the instruction 0x${code.toString(16).padStart(2, '0')} in it is none that weights need`);
    instruction(machine);
  }
  throw new PickleFault(`it takes more than ${MAX_STEPS / 1e6} million steps`);
}
