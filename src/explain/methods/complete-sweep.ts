/** What sweeps have in common of which there is nothing to show until every item has run. */
import { isComplete, remainingItems } from '../item-sweep.ts';
import { isSweepResult, type Sweep, type SweepWork } from '../work.ts';
import type { Find, Subject, SweepMethod } from './method.ts';

type Asked = Pick<Subject, 'ablation'>;

/** @param wholeOf the work that asks for all items */
export function completeSweep(wholeOf: (subject: Asked) => SweepWork): Pick<SweepMethod, 'whole' | 'next' | 'known' | 'stopped'> {
  const begun = (subject: Asked, find: Find): Sweep | null => {
    const found = find(wholeOf(subject));
    return found && isSweepResult(found) ? found.sweep : null;
  };
  return {
    whole: wholeOf,
    next(subject, find) {
      const sweep = begun(subject, find);
      if (!sweep) return wholeOf(subject);
      return isComplete(sweep) ? null : { ...wholeOf(subject), items: remainingItems(sweep, null) };
    },
    known(subject, find) {
      const result = find(wholeOf(subject));
      return result && isSweepResult(result) && isComplete(result.sweep) ? { result, isDone: true, estimate: null } : null;
    },
    stopped: begun,
  };
}
