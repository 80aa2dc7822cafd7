/** The calls that checkpoints consist of, by name: what they give follows from their arguments alone. */
import { numpyScalar } from './numpy-values.ts';
import { PickleFault, PickleHarm, PickleObject, PickleTensor, type PickleValue } from './pickle-values.ts';

type Call = (args: readonly PickleValue[]) => PickleValue | null;

const NOTHING: PickleValue = null;

function dictOfPairs(pairs: PickleValue): PickleValue | null {
  if (pairs instanceof Map) return new Map(pairs);
  if (!Array.isArray(pairs)) return new Map();
  const entries = pairs.map((pair): [PickleValue, PickleValue] => {
    const [key, value] = Array.isArray(pair) ? pair : [];
    if (key === undefined || value === undefined) throw new PickleFault('a key in it has no value');
    return [key, value];
  });
  return new Map(entries);
}

const newDict: Call = ([pairs = NOTHING]) => dictOfPairs(pairs);
const sameList: Call = ([items]) => (items === undefined ? [] : Array.isArray(items) ? items : null);
const first: Call = ([value = NOTHING]) => value;

/** Numbers whose sign torch has put off changing: what is stored is not what the tensor has. */
function isPutOff(bits: PickleValue): boolean {
  return bits instanceof Map && ['neg', 'conj'].some((bit) => bits.get(bit) === true);
}

const view: Call = ([storage = NOTHING, offset = NOTHING, size = NOTHING, stride = NOTHING, , , bits = NOTHING]) =>
  isPutOff(bits) ? null : new PickleTensor(storage, offset, size, stride);

const typedView: Call = ([storage = NOTHING, offset = NOTHING, size = NOTHING, stride = NOTHING, , , dtype = NOTHING, bits = NOTHING]) =>
  isPutOff(bits) ? null : new PickleTensor(storage, offset, size, stride, pathOf(dtype));

/** What a dtype is called; null where it is none. */
function pathOf(value: PickleValue): string | null {
  return typeof value === 'object' && value !== null && 'path' in value ? value.path : null;
}

const CALLS: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': newDict,
  // Its first argument makes what is missing.
  'collections.defaultdict': ([, pairs = NOTHING]) => dictOfPairs(pairs),
  'collections.Counter': newDict,
  'builtins.dict': newDict,
  'builtins.list': sameList,
  'builtins.tuple': sameList,
  'torch.Size': sameList,
  'torch._utils._rebuild_tensor': view,
  'torch._utils._rebuild_tensor_v2': view,
  'torch._utils._rebuild_tensor_v3': typedView,
  'torch._utils._rebuild_parameter': first,
  'torch._utils._rebuild_parameter_with_state': first,
  'torch.nn.parameter.Parameter': first,
  'torch.nn.parameter.Buffer': first,
  'torch.autograd.variable.Variable': first,
  // What comes from other devices, by way of the CPU or NumPy.
  'torch._utils._rebuild_device_tensor_from_cpu_tensor': first,
  'torch._utils._rebuild_device_tensor_from_numpy': first,
  'torch._utils._rebuild_xla_tensor': first,
  // A tensor of a class of its own, which is made by the function that comes first.
  'torch._tensor._rebuild_from_type': ([made = NOTHING, , args = NOTHING]) => rebuilt(made, args),
  'torch._tensor._rebuild_from_type_v2': ([made = NOTHING, , args = NOTHING]) => rebuilt(made, args),
  'torch.jit._pickle.build_intlist': first,
  'torch.jit._pickle.build_doublelist': first,
  'torch.jit._pickle.build_boollist': first,
  'torch.jit._pickle.build_tensorlist': first,
  'torch.jit._pickle.restore_type_tag': first,
  // Python 2 has bytes for texts: every character is one.
  '_codecs.encode': ([text = NOTHING]) => (typeof text === 'string' ? text : null),
  'numpy.core.multiarray.scalar': numpyScalar,
};

function rebuilt(made: PickleValue, args: PickleValue): PickleValue | null {
  const path = pathOf(made);
  return path?.startsWith('torch._utils.') && Array.isArray(args) ? knownCall(path, args) : null;
}

/** What tensors are made by that have no numbers here, such as those of whole numbers with a scale. */
export function isOtherTensor(value: PickleValue): value is PickleObject {
  return (
    value instanceof PickleObject &&
    /^torch\.(_utils|_tensor)\._rebuild_|^torch\.sparse\.|^__torch__\.torch\.classes\.quantized\./.test(value.of)
  );
}

/** Modules have had other names. */
const RENAMED: readonly (readonly [former: RegExp, today: string])[] = [
  [/^__builtin__\./, 'builtins.'],
  [/^copy_reg\./, 'copyreg.'],
  [/^numpy\._core\./, 'numpy.core.'],
  [/^torch\.tensor\./, 'torch._tensor.'],
];

/** No checkpoint has any use for these, also by way of a module that imports them: one that calls them was made to do harm. */
const HARMFUL_MODULES =
  /(^|\.)((os|posix|nt)\.(?!stat_result$|terminal_size$|_Environ$)|(pty|sys|subprocess|commands|socket|shutil|runpy|ctypes|importlib|marshal|webbrowser|pip|urllib\.request|requests\.api)\.|requests\.(get|post|request)$)/;
const HARMFUL =
  /^(builtins\.(eval|exec|execfile|compile|open|file|input|__import__|breakpoint|globals|apply)|_?pickle\.loads?|types\.(Function|Code|Lambda)Type|code\.Interactive\w+|(bdb|pdb|timeit|cProfile)\.\w+)$/;

/**
 * @param path the name of a function or a class of Python, with its module
 * @returns null for what is only written down
 * @throws PickleFault for what was made to do harm
 */
export function knownCall(path: string, args: readonly PickleValue[]): PickleValue | null {
  const today = todaysName(path);
  if (HARMFUL_MODULES.test(today) || HARMFUL.test(today)) throw new PickleHarm(today);
  return Object.hasOwn(CALLS, today) ? (CALLS[today]?.(args) ?? null) : null;
}

export function todaysName(path: string): string {
  const [former, today] = RENAMED.find(([pattern]) => pattern.test(path)) ?? [];
  return former && today ? path.replace(former, today) : path;
}
