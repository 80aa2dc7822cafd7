/** How far the maps on screen can be trusted: what they have in common while the image changes a little. */
import type { MethodId } from '../../explain/methods/list.ts';
import type { StabilitySettings } from '../../explain/stability/run-changes.ts';
import type { SteadyMap } from '../../explain/stability/steady-map.ts';

/** What was found out about one view, with one choice of settings. */
export interface StabilityFinding {
  /** The key of both. */
  readonly about: string;
  readonly maps: Readonly<Partial<Record<MethodId, SteadyMap>>>;
}

export interface StabilitySlice {
  readonly stability: {
    readonly settings: StabilitySettings;
    /** Of the last job, and what it was about. */
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    readonly about: string | null;
    /** The newest last. */
    readonly findings: readonly StabilityFinding[];
    readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  };
  setStability(change: Partial<StabilitySettings>): void;
  /** Runs what is missing for the methods on screen. */
  runStability(): Promise<void>;
  cancelStability(): void;
}
