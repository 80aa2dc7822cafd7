/** Names for which there is little room: cut where they say what others beside them say too, so that what tells them apart stays in sight. */

export interface CutName {
  /** Cut at its end, as far as there is no room for it. */
  readonly head: string;
  /** Always in sight. */
  readonly tail: string;
}

/** In letters: so much of a name's beginning and end is always in sight. */
const HEAD = 4;
const TAIL = 9;
/** So much of what tells a name apart, where its ends do not. */
const DISTINCT = 8;
/** Of two places that do, each. */
const PLACE = 4;
const LONGEST_ENDING = 5;

function commonStart(a: readonly string[], b: readonly string[]): number {
  const end = Math.min(a.length, b.length);
  let count = 0;
  while (count < end && a[count] === b[count]) count++;
  return count;
}

/** `.jpg`, or the last letters. */
function endingOf(letters: readonly string[]): readonly string[] {
  const dot = letters.lastIndexOf('.');
  return letters.slice(dot > 0 && letters.length - dot <= LONGEST_ENDING ? dot : -PLACE);
}

/** Names of which all have the same beginning and end. */
function cutAlike(names: readonly (readonly string[])[]): CutName[] {
  const [first = []] = names;
  const start = names.reduce((least, name) => Math.min(least, commonStart(first, name)), first.length);
  const reversed = names.map((name) => name.slice(start).reverse());
  const [firstReversed = []] = reversed;
  const end = reversed.reduce((least, name) => Math.min(least, commonStart(firstReversed, name)), firstReversed.length);
  // In the alphabet's order each stands beside that which it has most in common with.
  const sorted = [...names].sort((a, b) => (a.join('') < b.join('') ? -1 : 1));
  const places = new Map(sorted.map((name, place) => [name, place]));
  return names.map((name) => {
    const ending = endingOf(name);
    const distinct = name.slice(start, name.length - end);
    const between = name.slice(name.length - end, name.length - ending.length);
    const after = end >= ending.length ? ending : [];
    const gap = between.length > 1 ? ['…'] : between;
    if (distinct.length <= DISTINCT) return { head: name.slice(0, start).join(''), tail: [...distinct, ...gap, ...after].join('') };
    const place = places.get(name) ?? 0;
    const nearest = Math.max(...[sorted[place - 1], sorted[place + 1]].map((other) => (other ? commonStart(name, other) : 0)));
    const from = Math.min(Math.max(start, nearest - 1), name.length - end - PLACE);
    const parts =
      from - start <= PLACE ? distinct.slice(0, DISTINCT) : [...distinct.slice(0, PLACE), '…', ...name.slice(from, from + PLACE)];
    return { head: name.slice(0, start).join(''), tail: [...parts, '…', ...after].join('') };
  });
}

/** @returns how each of the names is cut where there is no room for all of it */
export function cutNames(names: readonly string[]): ReadonlyMap<string, CutName> {
  const alike = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const letters = [...name];
    const seen = letters.length <= HEAD + TAIL ? name : `${letters.slice(0, HEAD).join('')}…${letters.slice(-TAIL).join('')}`;
    alike.set(seen, [...(alike.get(seen) ?? []), name]);
  }
  const cuts = new Map<string, CutName>();
  for (const group of alike.values()) {
    const letters = group.map((name) => [...name]);
    const byEnds = ([name = []]: readonly (readonly string[])[]): CutName[] => {
      const cut = Math.max(0, name.length - TAIL);
      return [{ head: name.slice(0, cut).join(''), tail: name.slice(cut).join('') }];
    };
    const found = group.length > 1 ? cutAlike(letters) : byEnds(letters);
    for (const [i, name] of group.entries()) {
      const cut = found[i];
      if (cut) cuts.set(name, cut);
    }
  }
  return cuts;
}
