import type { ShownMap } from './selectors.ts';

/** Why there is nothing to see in a map, and what to do about it where there is something; empty where there is a map. */
export function nothingWords({ isNothing, isSaturated }: Pick<ShownMap, 'isNothing' | 'isSaturated'>): string {
  if (!isNothing) return '';
  return isSaturated
    ? 'Nothing stands out from rounding: the probability is saturated, so explain the logit'
    : 'Nothing stands out from rounding';
}
