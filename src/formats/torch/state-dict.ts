/** The weights in a checkpoint, under one name each, wherever training has put them. */
import type { WeightCopies } from '../../core/models/model-card.ts';
import { copiesOf } from '../architectures/weight-copies.ts';
import { settingsOf } from './modules/module-settings.ts';
import { attributesOf, classOfModule, isModule, isScriptModule, type ModuleSettings, tensorsOfModule } from './modules/modules.ts';
import { type PickleDict, PickleObject, PickleTensor, type PickleValue } from './pickle/pickle-values.ts';
import { isTensor } from './tensor-plan.ts';

export interface FoundWeights {
  readonly tensors: ReadonlyMap<string, PickleValue>;
  /** The class of the network, where the file has the whole of it. */
  readonly className: string | null;
  /** What it says of its layers then. */
  readonly settings: ModuleSettings;
  /** What stands before the names of its tensors, because there are others. */
  readonly prefix: string;
  /** Whole modules with the same weights; null where there is one. */
  readonly copies: WeightCopies | null;
}

/** What training keeps beside a network, such as gradients that have its names: none of it is looked at, nor read. */
const NOT_WEIGHTS =
  /^((\w+_)?optim(izer)?s?(_\w+)?|opt|(lr_)?sched(uler)?s?(_\w+)?|lr_schedulers|(\w+_)?scaler|amp|callbacks|loops|(\w+_)?rng(_\w+)?|random_\w+|criteri(on|a)|(\w+_)?loss(es|_\w+)?|(\w+_)?hyper_?param\w*|hparams|args|config|cfg|opts|options|meta\w*|stats|(\w+_)?metrics?|best_(?!model|net|state|weights|params|ema|swa|average|student|teacher|c(heck|k)?p)\w+|(\w+_)?(grad(ient)?s?|momentum(_buffers?)?|exp_avg(_sq)?)|results?|history|logs?)$/i;

/** Under which the whole network stands, so that what is beside it belongs to the training. */
const WHOLE = /(^|_)(state_?dict|model|net|network|module|params|weights|ema|student|teacher)(_|$)/i;

/** How deep, and in how long a list, weights are looked for. */
const MAX_DEPTH = 5;
const MAX_ITEMS = 50;

interface Group {
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, PickleValue>;
  readonly className: string | null;
  readonly settings: ModuleSettings;
}

/** Keys with their values: of a dict, of something like one, of an object's attributes, or a list's numbers. */
function entriesOf(value: PickleValue): (readonly [key: string, value: PickleValue])[] {
  const texts = (dict: PickleDict) => [...dict].flatMap(([key, own]) => (typeof key === 'string' ? [[key, own] as const] : []));
  if (value instanceof Map) return texts(value);
  if (Array.isArray(value)) return value.length > MAX_ITEMS ? [] : value.map((own, i) => [String(i), own]);
  if (!(value instanceof PickleObject)) return [];
  return texts(value.entries ?? attributesOf(value) ?? new Map());
}

/** What `optimizer.state_dict()` gives, whatever it is called. */
function isOptimizer(entries: readonly (readonly [key: string, value: PickleValue])[]): boolean {
  return entries.some(([key]) => key === 'param_groups') && entries.some(([key]) => key === 'state');
}

class Search {
  readonly groups: Group[] = [];
  /** What is shared is found once. */
  readonly #seen = new Set<PickleValue>();

  look(value: PickleValue, path: readonly string[]): void {
    if (typeof value !== 'object' || value === null || path.length > MAX_DEPTH || this.#seen.has(value)) return;
    this.#seen.add(value);
    if (isModule(value) || isScriptModule(value)) {
      this.groups.push({ path, tensors: tensorsOfModule(value), className: classOfModule(value), settings: settingsOf(value) });
      return;
    }
    const entries = entriesOf(value).filter(([key]) => !NOT_WEIGHTS.test(key));
    if (isOptimizer(entries)) return;
    const own = new Map(Array.isArray(value) ? [] : entries.filter(([, inner]) => isTensor(inner)));
    if (own.size > 0) this.groups.push({ path, tensors: own, className: null, settings: new Map() });
    for (const [key, inner] of entries) if (!isTensor(inner)) this.look(inner, [...path, key]);
  }
}

function isWhole({ path, className }: Group): boolean {
  return className !== null || WHOLE.test(path.at(-1) ?? '');
}

/** Single numbers, such as a best accuracy. */
function isScalar(value: PickleValue): boolean {
  return value instanceof PickleTensor && Array.isArray(value.size) && value.size.length === 0;
}

function isAbove(path: readonly string[], other: readonly string[]): boolean {
  return path.length < other.length && path.every((key, i) => other[i] === key);
}

/** Counters of BatchNorm, and of averages, which only training needs. */
export function isCounter(name: string): boolean {
  return /(^|\.)(num_batches_tracked|n_averaged)$/.test(name);
}

/** Of the weights alone, whatever trains the network around it. */
function ownNames({ tensors }: Group): Map<string, string> {
  const names = [...tensors.keys()].filter((name) => !isCounter(name));
  const around = /^((module|_orig_mod)\.)*/.exec(names[0] ?? '')?.[0] ?? '';
  return new Map(names.map((name) => [name.startsWith(around) ? name.slice(around.length) : name, name]));
}

interface WholeCopies {
  readonly copies: WeightCopies;
  /** The whole module, with the weights of the chosen copy. */
  readonly main: Group;
  readonly all: readonly Group[];
}

/** A whole module's weights may stand in the file once more, such as their average: in a module, or alone. */
function copiesOfModule(main: Group, groups: readonly Group[], wanted: string | null): WholeCopies | null {
  if (main.className === null) return null;
  const names = ownNames(main);
  const all = groups.filter((group) => {
    const own = ownNames(group);
    return own.size === names.size && [...own.keys()].every((name) => names.has(name));
  });
  if (all.length < 2) return null;
  const copies = copiesOf(
    all.map(({ path }) => path.join('.')),
    wanted,
  );
  const chosen = all.find(({ path }) => path.join('.') === copies.chosen) ?? main;
  const tensors = [...ownNames(chosen)].map(([name, own]) => [names.get(name) ?? name, chosen.tensors.get(own) ?? null] as const);
  return { copies, main: { ...main, tensors: new Map(tensors) }, all };
}

/**
 * Several copies, or several parts, are told apart by where they stand.
 *
 * @param copy which of several copies of a whole module is meant; null: the averaged one, else the first
 */
export function weightsIn(root: PickleValue, copy: string | null): FoundWeights {
  const search = new Search();
  search.look(root, []);
  const groups = search.groups.filter(({ tensors }) => [...tensors.values()].some((value) => !isScalar(value)));
  const [largest] = groups.toSorted((a, b) => b.tensors.size - a.tensors.size || Number(isWhole(b)) - Number(isWhole(a)));
  if (!largest) return { tensors: new Map(), className: null, settings: new Map(), prefix: '', copies: null };
  const found = copiesOfModule(largest, groups, copy);
  const main = found?.main ?? largest;
  const single = found ? [...groups.filter((group) => !found.all.includes(group)), main] : groups;
  const kept = isWhole(main) ? single.filter(({ path }) => !isAbove(path, main.path)) : single;
  const prefixOf = ({ path }: Pick<Group, 'path'>) => (kept.length > 1 ? path.map((key) => `${key}.`).join('') : '');
  const tensors = kept.flatMap(({ path, tensors: own }) => {
    const prefix = prefixOf({ path });
    return [...own].flatMap(([name, value]): [string, PickleValue][] => (isCounter(name) ? [] : [[`${prefix}${name}`, value]]));
  });
  const { className, settings } = main;
  return { tensors: new Map(tensors), className, settings, prefix: prefixOf(main), copies: found?.copies ?? null };
}
