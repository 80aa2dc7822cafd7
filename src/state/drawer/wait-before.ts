/** What has the engine before something in the drawer: told beside how long that will take itself. */
import type { AppState } from '../app-state.ts';
import { figureOf } from '../explanation/figures.ts';
import type { Activity } from '../models/model-state.ts';
import { expectedTime } from './expected-times.ts';

interface Run {
  readonly activity: Activity;
  readonly isRunning: boolean;
  /** It has had the engine, and what is left of it is known. */
  readonly remainingMs: number | null;
}

/** What is done in the order in which it was asked for; a dataset comes after all of it. */
function askedRuns(state: AppState): Run[] {
  const { depth, faithfulness, sanity } = state;
  return [
    { activity: 'across-layers', isRunning: depth.status === 'running', remainingMs: depth.remainingMs },
    { activity: 'measure', isRunning: faithfulness.status === 'running', remainingMs: faithfulness.progress?.remainingMs ?? null },
    { activity: 'sanity-check', isRunning: sanity.status === 'running', remainingMs: sanity.progress?.remainingMs ?? null },
  ];
}

/** Of the maps on screen. */
function figuresMs(state: AppState): number {
  return state.view.methods.reduce((sum, id) => sum + (figureOf(state, id).progress?.remainingMs ?? 0), 0);
}

/** How long what runs already will keep an activity waiting, in milliseconds; 0 where nothing does. */
export function waitBeforeMs(state: AppState, activity: Activity): number {
  const runs = askedRuns(state);
  const own = runs.find((run) => run.activity === activity);
  // What is waiting too was asked for after it, or will go on once this has ended.
  const isBefore = (run: Run) => run.isRunning && run !== own && (!own?.isRunning || run.remainingMs !== null);
  const before = runs.filter(isBefore).map((run) => run.remainingMs ?? expectedTime(state, run.activity)?.highMs ?? 0);
  const asked = before.reduce((sum, ms) => sum + ms, 0);
  return activity === 'dataset' ? asked + figuresMs(state) : asked;
}
