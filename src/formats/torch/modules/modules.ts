/** Whole modules: their parameters and buffers under the names that a state dict gives them. */
import { type PickleDict, PickleFault, PickleObject, type PickleValue } from '../pickle/pickle-values.ts';
import { isTensor } from '../tensor-plan.ts';
import { classNameOf, classPathOf, innerOf } from './known-classes.ts';

/** However many modules there are, few stand in several places; what is in them counts too, as it is found again at each. */
const MAX_REPEATED = 50_000;
/** A network of some thousand layers nests them some ten deep. */
const MAX_DEPTH = 100;

/** What torch's layers call themselves and what they have, by their paths. */
export type ModuleSettings = ReadonlyMap<string, PickleObject>;

/** What a class sets on its objects; slots apart, which hold no modules. */
export function attributesOf(value: PickleValue): PickleDict | null {
  if (!(value instanceof PickleObject)) return null;
  const state = Array.isArray(value.state) ? value.state[0] : value.state;
  return state instanceof Map ? state : null;
}

function dictIn(attributes: PickleDict | null, name: string): PickleDict | null {
  const value = attributes?.get(name);
  return value instanceof Map ? value : null;
}

export function isModule(value: PickleValue): value is PickleObject {
  return dictIn(attributesOf(value), '_modules') !== null;
}

/** A module of TorchScript has all of its parts as attributes. */
export function isScriptModule(value: PickleValue): value is PickleObject {
  return value instanceof PickleObject && value.of.startsWith('__torch__.') && attributesOf(value) !== null;
}

/** What is put on a module to run before or after it. */
export function hooksOf(module: PickleObject): readonly PickleValue[] {
  const attributes = attributesOf(module);
  return ['_forward_pre_hooks', '_forward_hooks'].flatMap((name) => [...(dictIn(attributes, name)?.values() ?? [])]);
}

/** What one module alone runs in place of what its class does. */
export function forwardOf(module: PickleObject): PickleValue | undefined {
  return attributesOf(module)?.get('forward');
}

/** The class of a network, which tells its family; what is around it tells nothing. */
export function classOfModule(module: PickleObject): string {
  const within = innerOf(classPathOf(module));
  const attributes = attributesOf(module);
  const inner = within === null ? undefined : (dictIn(attributes, '_modules') ?? attributes)?.get(within);
  const isInside = inner instanceof PickleObject && inner !== module && innerOf(classPathOf(inner)) === null;
  return classNameOf(isInside ? inner : module);
}

/** What is in a set, however it was written down. */
function itemsOfSet(set: PickleValue | undefined): ReadonlySet<PickleValue> {
  if (!(set instanceof PickleObject)) return new Set();
  const [given] = set.args;
  return new Set([...(Array.isArray(given) ? given : []), ...(set.items ?? [])]);
}

interface Parts {
  readonly tensors: readonly (readonly [name: PickleValue, value: PickleValue])[];
  readonly modules: readonly (readonly [name: PickleValue, value: PickleValue])[];
}

function partsOf(module: PickleObject): Parts {
  const attributes = attributesOf(module);
  if (isScriptModule(module)) {
    const all = [...(attributes ?? [])];
    return { tensors: all.filter(([, value]) => isTensor(value)), modules: all.filter(([, value]) => isScriptModule(value)) };
  }
  const passing = itemsOfSet(attributes?.get('_non_persistent_buffers_set'));
  const buffers = [...(dictIn(attributes, '_buffers') ?? [])].filter(([name]) => !passing.has(name));
  const own = [...(dictIn(attributes, '_parameters') ?? []), ...buffers];
  return { tensors: own.filter(([, value]) => value !== null), modules: [...(dictIn(attributes, '_modules') ?? [])] };
}

/** The modules in it, by their names, in the order in which they were added. */
export function childrenOf(module: PickleObject): (readonly [name: string, child: PickleObject])[] {
  return partsOf(module).modules.flatMap(([name, child]) => (child instanceof PickleObject ? [[String(name), child] as const] : []));
}

/** Whether it is made of other modules. */
export function hasModules(module: PickleObject): boolean {
  return partsOf(module).modules.length > 0;
}

/** Whether it has weights by the names that those of layers have. */
export function isLayer(module: PickleObject): boolean {
  return partsOf(module).tensors.some(([name]) => name === 'weight' || name === 'running_mean');
}

/** Whether it has weights, or is made of other modules. */
export function hasParts(module: PickleObject): boolean {
  const { tensors, modules } = partsOf(module);
  return tensors.length + modules.length > 0;
}

/**
 * @param visit is told every module, and what stands before the names of what is in it: nothing, or a path and a dot
 * @throws PickleFault for modules in modules without end
 */
export function eachModule(root: PickleObject, visit: (module: PickleObject, prefix: string) => void): void {
  const visited = new Set<PickleObject>();
  let repeated = 0;
  const walk = (module: PickleObject, prefix: string, depth: number): void => {
    const { tensors, modules } = partsOf(module);
    if (visited.has(module)) repeated += 1 + tensors.length;
    if (repeated > MAX_REPEATED || depth > MAX_DEPTH) throw new PickleFault('its modules are nested without end');
    visited.add(module);
    visit(module, prefix);
    for (const [name, value] of modules) if (value instanceof PickleObject) walk(value, `${prefix}${String(name)}.`, depth + 1);
  };
  walk(root, '', 0);
}

/** @throws PickleFault for modules in modules without end */
export function tensorsOfModule(root: PickleObject): Map<string, PickleValue> {
  const found = new Map<string, PickleValue>();
  eachModule(root, (module, prefix) => {
    for (const [name, value] of partsOf(module).tensors) found.set(`${prefix}${String(name)}`, value);
  });
  return found;
}
