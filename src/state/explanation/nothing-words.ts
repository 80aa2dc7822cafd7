import { methodOf } from '../../explain/methods/list.ts';
import { CHOSEN_SIGN } from '../../explain/methods/method.ts';
import type { ShownMap } from './selectors.ts';

/** Why there is nothing to see in a map, and what to do about it where there is something; empty where there is a map. */
export function nothingWords({ isNothing, isSaturated }: Pick<ShownMap, 'isNothing' | 'isSaturated'>): string {
  if (!isNothing) return '';
  return isSaturated
    ? 'Nothing stands out from rounding: the probability is saturated, so explain the logit'
    : 'Nothing stands out from rounding';
}

/** What must be known to read a finished map right, where nobody can ask what a word means; empty where there is nothing. */
export function caveatWords(shown: ShownMap): string {
  return caveatInFull(nothingWords(shown) || methodOf(shown.result.method).caveat(shown.result, shown.score));
}

/** A method's caveat, where nobody can ask what a word means. */
export function caveatInFull(caveat: string): string {
  return caveat === CHOSEN_SIGN ? `${CHOSEN_SIGN}: the value furthest from zero is positive` : caveat;
}
