/** Settings of rows and columns, torch's and those of a network here. */
import { asArray, type JsonObject } from '../../json.ts';
import type { PickleValue } from '../pickle/pickle-values.ts';

/** Two numbers, of which one may stand for both; null for anything else, such as a padding in words. */
export function pairOf(value: PickleValue | undefined): readonly [number, number] | null {
  const [first, second] = Array.isArray(value) ? value : [value, value];
  return typeof first === 'number' && typeof second === 'number' ? [first, second] : null;
}

export function numbersOf(value: JsonObject[string] | undefined): number[] {
  return asArray(value).map(Number);
}

/** What differs, as “the stride 1 and not 2”; null where nothing does. */
export function difference(what: string, theirs: readonly number[] | null, ours: readonly number[] | null): string | null {
  if (theirs === null || ours === null || theirs.every((value, i) => value === ours[i])) return null;
  return `${what} ${[...new Set(theirs)].join(' × ')} and not ${[...new Set(ours)].join(' × ')}`;
}
