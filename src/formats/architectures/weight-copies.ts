/** Checkpoints that hold the weights of a network more than once, such as those of the last step and their moving average. */
import type { WeightCopies } from '../../core/models/model-card.ts';

/** The average is what is meant to be used. */
const AVERAGED = /(^|[._])(ema|averaged?|swa|polyak|teacher)([._]|$)/i;

/** What a copy without a prefix of its own is called. */
const UNNAMED = 'without a prefix';

function nameOf(root: string): string {
  return root.replace(/\.$/, '') || UNNAMED;
}

/** The end that all of these have in common, from a dot on. */
function commonEnd(prefixes: readonly string[]): string {
  const [first = ''] = prefixes;
  const parts = first.split('.');
  for (let i = 0; i < parts.length; i++) {
    const end = parts.slice(i).join('.');
    if (prefixes.every((prefix) => prefix === end || prefix.endsWith(`.${end}`))) return end;
  }
  return '';
}

/** What stands behind the root of each copy. */
type NamesByRoot = ReadonlyMap<string, ReadonlySet<string>>;

function namesByRoot(rootsOfNames: ReadonlyMap<string, string | undefined>): NamesByRoot {
  const found = new Map<string, Set<string>>();
  for (const [name, root] of rootsOfNames) {
    if (root === undefined) continue;
    const own = found.get(root) ?? new Set<string>();
    found.set(root, own.add(name.slice(root.length)));
  }
  return found;
}

/** A teacher may be a larger network, and an average of parameters alone runs only with the other copy's statistics. */
function isAverageOf(own: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const shared = [...own].filter((name) => other.has(name)).length;
  return shared >= 0.9 * own.size && [...other].every((name) => own.has(name) || !/\.running_(mean|var)$/.test(name));
}

/** @param names what each copy has; null where they are known to have the same */
function averagedFirst(roots: readonly string[], names: NamesByRoot | null): string[] {
  const namesOf = (root: string) => names?.get(root) ?? new Set<string>();
  const isAverage = (root: string) =>
    AVERAGED.test(root) && roots.some((other) => !AVERAGED.test(other) && isAverageOf(namesOf(root), namesOf(other)));
  const first = roots.every((root) => AVERAGED.test(root)) ? [] : roots.filter(isAverage);
  return [...first, ...roots.filter((root) => !first.includes(root))];
}

/** @param names what the copies are called @param wanted the copy that is meant; null: the averaged one, else the first */
export function copiesOf(names: readonly string[], wanted: string | null): WeightCopies {
  const sorted = averagedFirst(names, null);
  return { names: sorted, chosen: sorted.find((name) => name === wanted) ?? sorted[0] ?? '' };
}

export interface ChosenCopy<Tensor> {
  /** Null where there is one. */
  readonly copies: WeightCopies | null;
  /** Those of the chosen copy, without what it puts before every name, and those that belong to none. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * @param stem the name of a tensor that every copy has once
 * @param wanted the copy that is meant; null: the averaged one, else the first
 */
export function chosenCopy<Tensor>(tensors: ReadonlyMap<string, Tensor>, stem: string, wanted: string | null): ChosenCopy<Tensor> {
  const names = [...tensors.keys()];
  const prefixes = names.filter((name) => name === stem || name.endsWith(`.${stem}`)).map((name) => name.slice(0, -stem.length));
  if (prefixes.length < 2) return { copies: null, tensors };
  // Before `backbone.features…` and `ema.backbone.features…` stand nothing, and `ema.`.
  const end = commonEnd(prefixes);
  const roots = prefixes.map((prefix) => prefix.slice(0, prefix.length - end.length));
  // Of `ema.model.` and `ema.` the longer one is meant.
  const longestFirst = roots.toSorted((a, b) => b.length - a.length);
  const rootsOfNames = new Map(names.map((name) => [name, longestFirst.find((candidate) => name.startsWith(candidate))]));
  const sorted = averagedFirst(roots, namesByRoot(rootsOfNames));
  const root = sorted.find((candidate) => nameOf(candidate) === wanted) ?? sorted[0] ?? '';
  const own = names.flatMap((name): [string, Tensor][] => {
    const from = rootsOfNames.get(name);
    const tensor = tensors.get(name);
    if (tensor === undefined || (from !== undefined && from !== root)) return [];
    return [[from === undefined ? name : name.slice(root.length), tensor]];
  });
  return { copies: { names: sorted.map(nameOf), chosen: nameOf(root) }, tensors: new Map(own) };
}
