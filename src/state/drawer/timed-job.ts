/** Jobs that the drawer shows, whose time tells how long the next one of their kind will take. */

import type { AppState } from '../app-state.ts';
import type { Job, Outcome } from '../jobs.ts';
import type { Activity } from '../models/model-state.ts';
import type { SliceContext } from '../slice.ts';
import { passesOf, usualPassMs } from './expected-times.ts';

/** A run that took ten times what was said says so; what was interrupted says little, so that no run counts for more. */
const MOST_CORRECTION = 20;

/**
 * The device with what a finished run tells of the next one like it.
 *
 * @param passes what it came to, in forward passes, as it was told before
 */
function withRun(device: AppState['device'], activity: Activity, passes: number, durationMs: number): AppState['device'] {
  const onePass = usualPassMs(device);
  if (onePass === undefined || passes <= 0) return device;
  const correction = durationMs / (passes * onePass);
  const bounded = Math.min(MOST_CORRECTION, Math.max(1 / MOST_CORRECTION, correction));
  return { ...device, corrections: { ...device.corrections, [activity]: bounded } };
}

interface TimedJob extends Omit<Job, 'key'> {
  /** Whether a run that gave way begins anew, so that the last one counts alone; else they add up. */
  readonly startsOver?: boolean;
}

/** Queues a job, in place of the owner's former one. Only what has the engine is timed: jobs also wait for it, and give way. */
export async function submitTimed(
  { store, jobs }: Pick<SliceContext, 'store' | 'jobs'>,
  owner: string,
  activity: Activity,
  { rank, run, startsOver = false }: TimedJob,
): Promise<Outcome> {
  const passes = passesOf(store.getState(), activity);
  let durationMs = 0;
  const outcome = await jobs.submit(owner, {
    rank,
    async run(engine, signal) {
      const startedAt = performance.now();
      try {
        await run(engine, signal);
      } finally {
        durationMs = (startsOver ? 0 : durationMs) + performance.now() - startedAt;
      }
    },
  });
  if (outcome === 'done' && passes !== null) store.setState(({ device }) => ({ device: withRun(device, activity, passes, durationMs) }));
  return outcome;
}
