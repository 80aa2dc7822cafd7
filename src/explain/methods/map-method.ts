/** What methods have in common whose map of a score is one computation, such as those from a backward pass. */

import { passesFor } from '../cost.ts';
import { withoutRounding } from '../rounding.ts';
import { isSweepResult, type MapWork } from '../work.ts';
import { CHOSEN_SIGN, type Method, type Subject } from './method.ts';

/** A backward pass runs the tail forwards, keeping everything, and then backwards. */
const BACKWARD_TAILS = 4;

type Words<Id extends string> = Pick<Method<Id>, 'id' | 'title' | 'slug' | 'group' | 'purpose' | 'summary' | 'source' | 'unit'>;

/** @param isSignChosen whether the formula leaves open which end of the map is positive */
export function mapMethod<Id extends string>(words: Words<Id>, isSignChosen = false): Method<Id> {
  const isOfClass = words.group !== 'no-class';
  // What is the same for every class is found once, and kept for all.
  const whole = ({ score }: Pick<Subject, 'score'>): MapWork => ({ method: words.id, score: isOfClass ? score : null });
  return {
    ...words,
    whole,
    next: (subject, find) => (find(whole(subject)) ? null : whole(subject)),
    known(subject, find) {
      const result = find(whole(subject));
      return result && { result, isDone: true, estimate: null };
    },
    mapOf(result) {
      if (isSweepResult(result)) throw new RangeError(`${words.id} is no sweep`);
      return { map: withoutRounding(result.map, result.scale), raw: result.map };
    },
    cost: ({ tail }, _settings, { forward }) =>
      isOfClass
        ? { count: 1, unit: 'backward pass', passes: passesFor(tail, BACKWARD_TAILS, forward) }
        : { count: 1, unit: 'forward pass', passes: 1 },
    details: () => (isOfClass ? [] : ['no class']),
    caveat: () => (isSignChosen ? CHOSEN_SIGN : ''),
    isSignChosen,
  };
}
