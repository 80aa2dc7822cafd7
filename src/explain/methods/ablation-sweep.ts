/** FastAblationCAM's sweeps, asked for and answered. */
import type { AblationSettings, AblationSweep } from '../ablation-plan.ts';
import { isSweepResult, type Result, type Sweep, type SweepWork } from '../work.ts';

export const FAST_ABLATION_CAM = 'fast-ablation-cam';

/** The whole sweep with these windows. */
export function ablationWork(ablation: AblationSettings): SweepWork {
  return { method: FAST_ABLATION_CAM, ablation, items: null };
}

function isAblationSweep(sweep: Sweep): sweep is AblationSweep {
  return 'window' in sweep;
}

/** The sweep over windows of cells; null for the result of another kind of method. */
export function ablationSweepIn(result: Result | null): AblationSweep | null {
  return result && isSweepResult(result) && isAblationSweep(result.sweep) ? result.sweep : null;
}

/** @throws RangeError for the result of another kind of method */
export function ablationSweepOf(result: Result): AblationSweep {
  const sweep = ablationSweepIn(result);
  if (!sweep) throw new RangeError(`${result.method} is no sweep over windows of cells`);
  return sweep;
}
