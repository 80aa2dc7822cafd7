/** What several engines make of what one would take. */
import { LEAST_PASSES } from '../../protocol/pool/worth-sharing.ts';
import type { AppState } from '../app-state.ts';
import { enginesInUse } from './engine-count.ts';

/** How much of an engine each one more is worth: they share the memory and its caches. `npm run bench -- --pool` tells. */
const WORTH_OF_ONE_MORE = 0.85;

/** How many times quicker than one engine all are together. */
export function speedOfEngines(state: AppState): number {
  return 1 + WORTH_OF_ONE_MORE * (enginesInUse(state) - 1);
}

/**
 * How many forward passes of one engine take as long as a job does, the pass that it starts from included.
 *
 * @param passes what it comes to on one engine alone
 */
export function sharedPasses(state: AppState, passes: number): number {
  return passes - 1 > LEAST_PASSES ? 1 + (passes - 1) / speedOfEngines(state) : passes;
}
