/** Pickles that were made to do harm, or describe what cannot be: what each describes, and what is said of it. */
import { utf8 } from '../sound-models.ts';
import {
  APPENDS,
  BUILD,
  bytesOf,
  call,
  dict,
  EMPTY_DICT,
  EMPTY_LIST,
  EMPTY_TUPLE,
  float,
  get,
  global,
  int,
  ints,
  joined,
  list,
  MARK,
  MEMOIZE,
  NEWOBJ,
  NEWOBJ_EX,
  NONE,
  OBJ,
  object,
  type Part,
  PERSISTENT,
  put,
  REDUCE,
  SETITEMS,
  STACK_GLOBAL,
  storage,
  tensor,
  text,
  tuple,
  uint32,
  uint64,
  view,
} from './pickle-writer.ts';

/** As it stands after "a checkpoint with"; what it describes; a part of what is said of it. */
export type HostilePickle = readonly [what: string, value: Part, says: string];

const SYSTEM = global('os', 'system');
const COMMAND = text('echo harm');
const HARM = call(SYSTEM, COMMAND);

/** A state dict of one weight, as far as its names go. */
const WEIGHT = tensor('0', [1]);

const NO_WEIGHTS = 'no weights under names';

/** Calls of what Python would run. */
export const HARMFUL: readonly HostilePickle[] = [
  ['a call of os.system', HARM, 'os.system'],
  ['a call of posix.system', call(global('posix', 'system'), COMMAND), 'posix.system'],
  ['a call of nt.system', call(global('nt', 'system'), COMMAND), 'nt.system'],
  ['a call of eval under its name in Python 2', call(global('__builtin__', 'eval'), text('1')), 'builtins.eval'],
  [
    'a name from the stack that is called',
    joined(text('subprocess'), text('Popen'), STACK_GLOBAL, tuple(COMMAND), REDUCE),
    'subprocess.Popen',
  ],
  [
    'a name with dots that is called',
    joined(text('torch.serialization'), text('os.system'), STACK_GLOBAL, tuple(COMMAND), REDUCE),
    'os.system',
  ],
  ['an instance of old that is a call', joined(MARK, COMMAND, utf8('ios\nsystem\n')), 'os.system'],
  ['an object of old that is a call', joined(MARK, global('builtins', 'exec'), COMMAND, OBJ), 'builtins.exec'],
  ['an object that is a process', joined(global('subprocess', 'Popen'), tuple(COMMAND), NEWOBJ), 'subprocess.Popen'],
  [
    'an object with names that is a process',
    joined(global('subprocess', 'Popen'), tuple(COMMAND), EMPTY_DICT, NEWOBJ_EX),
    'subprocess.Popen',
  ],
  ['a call among its weights', dict({ w: WEIGHT, x: HARM }), 'os.system'],
  ['a call in the optimizer', dict({ state_dict: dict({ w: WEIGHT }), optimizer: HARM }), 'os.system'],
  ['a call for a dict', call(global('collections', 'OrderedDict'), HARM), 'os.system'],
  ['a call for a state', object('nets', 'Net', HARM), 'os.system'],
  ['a call for a stride', dict({ w: view(storage(text('0'), int(1)), int(0), ints(1), HARM) }), 'os.system'],
  ['a call for what lies beside it', joined(HARM, PERSISTENT), 'os.system'],
  ['a call in a module', object('nets', 'Net', dict({ _modules: dict({ a: HARM }) })), 'os.system'],
  ['a call in a module of TorchScript', object('__torch__.nets', 'Net', dict({ w: WEIGHT, x: HARM })), 'os.system'],
  ['calls in calls', call(call(global('builtins', 'getattr'), global('nets', 'os'), text('system')), COMMAND), NO_WEIGHTS],
  ['a program of bytes', call(global('marshal', 'loads'), bytesOf(new Uint8Array(20))), 'marshal.loads'],
  ['a pickle that is loaded', call(global('pickle', 'loads'), bytesOf(new Uint8Array(20))), 'pickle.loads'],
  [
    'a storage of the class os.system',
    dict({ w: view(storage(text('0'), int(1), SYSTEM), int(0), ints(1), ints(1)) }),
    'stored as os.system',
  ],
  ['nothing but the name of os.system', SYSTEM, NO_WEIGHTS],
];

/** Lists in lists, each ten times in the next one. */
function laughs(levels: number): Part {
  const first = joined(list(int(1)), put(0));
  const next = (level: number) => joined(EMPTY_LIST, MARK, ...Array.from({ length: 10 }, () => get(level)), APPENDS, put(level + 1));
  return joined(first, ...Array.from({ length: levels }, (_, level) => next(level)));
}

/** The same of dicts, with one weight at the bottom. */
function laughingDicts(levels: number): Part {
  const keys = [...'abcdefghij'];
  const first = joined(dict({ step: float(1) }), put(0));
  const next = (level: number) => joined(dict(keys.map((key) => [key, get(level)] as const)), put(level + 1));
  return joined(first, ...Array.from({ length: levels }, (_, level) => next(level)));
}

function laughingModules(levels: number): Part {
  const keys = [...'abcdefghij'];
  const module = (modules: readonly (readonly [string, Part])[]) =>
    object('nets', 'Net', dict({ _parameters: dict({}), _modules: dict(modules) }));
  const next = (level: number) => joined(module(keys.map((key) => [key, get(level)] as const)), put(level + 1));
  return joined(module([]), put(0), ...Array.from({ length: levels }, (_, level) => next(level)));
}

/** Two thousand names for a module of so many weights. */
function crowdedModule(weights: number): Part {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`);
  const one = joined(WEIGHT, put(0));
  const crowd = object(
    'nets',
    'Net',
    dict({ _parameters: dict(names(weights).map((name) => [name, get(0)] as const)), _modules: dict({}) }),
  );
  const modules = names(2000).map((name) => [name, get(1)] as const);
  return object('nets', 'Net', joined(dict({ one, crowd: joined(crowd, put(1)), _parameters: dict({}), _modules: dict(modules) })));
}

function repeated(part: Part, times: number): Uint8Array {
  const whole = new Uint8Array(part.length * times);
  for (let i = 0; i < times; i++) whole.set(part, i * part.length);
  return whole;
}

/** A dict with so many numbers for keys. */
function keysOf(count: number): Part {
  return joined(EMPTY_DICT, MARK, ...Array.from({ length: count }, (_, i) => joined(int(i), NONE)), SETITEMS);
}

/** `open` so many times, something, and `close` as often. */
function nested(open: Part, within: Part, close: Part, depth: number): Part {
  return joined(repeated(open, depth), within, repeated(close, depth));
}

const APPEND = [0x61];
const TUPLE_OF_ONE = [0x85];

/** What would fill the memory, or never end. */
export const ENDLESS: readonly HostilePickle[] = [
  ['a billion laughs of lists', laughs(40), NO_WEIGHTS],
  ['a billion laughs of dicts', laughingDicts(40), NO_WEIGHTS],
  ['a billion laughs of modules', laughingModules(40), 'nested without end'],
  ['a list in itself', joined(EMPTY_LIST, put(0), get(0), APPEND), NO_WEIGHTS],
  ['a dict in itself', joined(EMPTY_DICT, put(0), text('model'), get(0), [0x73]), NO_WEIGHTS],
  ['a module of many weights in many places', crowdedModule(5000), 'nested without end'],
  [
    'a module in itself',
    joined(global('nets', 'Net'), EMPTY_TUPLE, NEWOBJ, put(0), dict({ _modules: dict({ own: get(0) }) }), BUILD),
    'nested without end',
  ],
  ['an object that is its own state', joined(global('nets', 'Net'), EMPTY_TUPLE, NEWOBJ, put(0), get(0), BUILD), NO_WEIGHTS],
  ['half a million lists in each other', nested(EMPTY_LIST, NONE, APPEND, 500_000), NO_WEIGHTS],
  ['half a million tuples in each other', nested([], NONE, TUPLE_OF_ONE, 500_000), NO_WEIGHTS],
  ['dicts in dicts', nested(joined(EMPTY_DICT, text('model')), NONE, [0x73], 20_000), NO_WEIGHTS],
  ['two million lists', joined(repeated(EMPTY_LIST, 2_000_000)), 'more than a million things'],
  [
    'one long list made into dicts for ever',
    joined(
      list(...Array.from({ length: 2000 }, () => tuple(int(1), int(2)))),
      put(0),
      repeated(call(global('collections', 'OrderedDict'), get(0)), 2000),
    ),
    'more than a million things',
  ],
  [
    'one large dict made into dicts for ever',
    joined(keysOf(50_000), put(0), repeated(call(global('collections', 'OrderedDict'), get(0)), 50_000)),
    'more than a million things',
  ],
  [
    'one long list made into dicts with defaults for ever',
    joined(
      list(...Array.from({ length: 50_000 }, (_, i) => tuple(int(i), int(2)))),
      put(0),
      repeated(call(global('collections', 'defaultdict'), NONE, get(0)), 50_000),
    ),
    'more than a million things',
  ],
  [
    'thousands of names for one tensor',
    joined(WEIGHT, put(0), dict(Array.from({ length: 30_000 }, (_, i) => [`blocks.${i}.weight`, get(0)] as const))),
    'holds 30,000 tensors',
  ],
  [
    'names that are longer than they can be',
    joined(WEIGHT, put(0), dict(Array.from({ length: 100 }, (_, i) => [`${'module.'.repeat(1000)}x.weight${i}`, get(0)] as const))),
    'holds a tensor whose name has 7,010 letters',
  ],
  ['ten million steps', repeated([0x4e, 0x30], 5_000_000), '8 million steps'],
  ['ten million marks', repeated(MARK, 10_000_000), 'nested too deeply'],
  ['a million things to remember', joined(NONE, repeated(MEMOIZE, 1_000_000)), NO_WEIGHTS],
  ['a place in its memory that is four billion', joined(NONE, put(0xffffffff), get(0xfffffffe)), 'did not describe before'],
  ['a text of four gigabytes', joined([0x58], uint32(0xfffffff0), utf8('short')), 'ends too early'],
  ['bytes of all there can be', joined([0x8e], uint64(2n ** 64n - 1n), utf8('short')), 'ends too early'],
  ['a byte array of ten gigabytes', joined([0x96], uint64(10n ** 10n), utf8('short')), 'ends too early'],
  ['a number of two gigabytes', joined([0x8b], uint32(0x7fffffff), utf8('9')), 'ends too early'],
  ['a number of a thousand bytes', joined([0x8b], uint32(1000), new Uint8Array(1000).fill(7)), 'thousands of digits'],
  ['a name that never ends', joined([0x63], new Uint8Array(5000).fill(0x61)), 'does not end'],
];

/** Instructions that lack what they work on. */
export const MEANINGLESS: readonly HostilePickle[] = [
  ['nothing in it', [], 'lacks what it works on'],
  ['a mark for its result', MARK, 'lacks what it works on'],
  ['a call of a number', joined(int(1), EMPTY_TUPLE, REDUCE), 'no function'],
  ['a call of nothing', REDUCE, 'lacks what it works on'],
  ['a key without a value', joined(EMPTY_DICT, MARK, text('a'), SETITEMS), 'has no value'],
  ['keys of a list', joined(EMPTY_LIST, MARK, text('a'), NONE, SETITEMS), 'no dict'],
  ['items of a dict', joined(EMPTY_DICT, MARK, NONE, APPENDS), 'no list'],
  ['a tuple without its mark', joined(NONE, [0x74]), 'lacks its mark'],
  ['a tuple of too few', joined(NONE, [0x87]), 'lacks what it works on'],
  ['a state of nothing', joined(NONE, BUILD), 'lacks what it works on'],
  ['a name that is a number', joined(int(1), int(2), STACK_GLOBAL), 'no text'],
  ['what it did not describe', get(7), 'did not describe before'],
  ['an instruction of protocol 0', utf8('I1\n'), '0x49'],
  ['a text that names what lies beside it', utf8('P0\n'), '0x50'],
  ['an extension’s number', [0x82, 1], '0x82'],
  ['a buffer beside it', [0x97], '0x97'],
  ['an instruction that there is not', [0xff], '0xff'],
  ['something beside it that is no storage', joined(tuple(text('weights'), int(1)), PERSISTENT), 'something else than numbers'],
  ['something beside it that is a number', joined(int(1), PERSISTENT), 'something else than numbers'],
  ['a number', int(1), NO_WEIGHTS],
  ['nothing', NONE, NO_WEIGHTS],
  ['a text', text('weights'), NO_WEIGHTS],
  ['a list of numbers', list(int(1), int(2)), NO_WEIGHTS],
  ['one tensor', WEIGHT, NO_WEIGHTS],
  ['weights without names', joined(EMPTY_DICT, MARK, int(1), WEIGHT, SETITEMS), NO_WEIGHTS],
  ['nothing but an optimizer', dict({ state: dict({ w: WEIGHT }), param_groups: list() }), NO_WEIGHTS],
  ['modules that are a list', object('nets', 'Net', dict({ _modules: list() })), NO_WEIGHTS],
  ['modules that are numbers', object('nets', 'Net', dict({ _modules: dict({ a: int(1) }) })), NO_WEIGHTS],
];
