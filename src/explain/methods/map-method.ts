/** What methods have in common whose map of a score is one computation, such as those from a backward pass. */

import { passesFor } from '../cost.ts';
import { withoutRounding } from '../rounding.ts';
import { isSweepResult, type MapWork } from '../work.ts';
import type { Method } from './method.ts';

/** A backward pass runs the tail forwards, keeping everything, and then backwards. */
const BACKWARD_TAILS = 4;

type Words<Id extends string> = Pick<Method<Id>, 'id' | 'title' | 'slug' | 'group' | 'purpose' | 'summary' | 'source' | 'unit'>;

export function mapMethod<Id extends string>(words: Words<Id>): Method<Id> {
  const whole = ({ score }: Pick<MapWork, 'score'>): MapWork => ({ method: words.id, score });
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
    cost: ({ tail }, _ablation, forward) => ({ count: 1, unit: 'backward pass', passes: passesFor(tail, BACKWARD_TAILS, forward) }),
    details: () => [],
    caveat: () => '',
  };
}
