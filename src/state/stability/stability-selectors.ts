/** Which runs are wanted for the view, what is known of them, and what they say. */
import type { Size } from '../../core/images/geometry.ts';
import { type InputChange, isIdentity } from '../../core/images/input-change.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { enumerated, formatCorrelation } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { runChanges, type StabilitySettings } from '../../explain/stability/run-changes.ts';
import { agreementOf, meanMap, type SteadyMap, stdMap } from '../../explain/stability/steady-map.ts';
import type { AppState } from '../app-state.ts';
import { asPlanned, networkAsPlanned } from '../explanation/layer-plans.ts';
import { ablationInView, layerInView, selectedImage, subjectKey } from '../view/in-view.ts';
import type { StabilityFinding, StabilitySlice } from './stability-state.ts';

/** What a finding is about: the view, and how its image is changed. Null while there is nothing to be about. */
export function stabilityKey(state: AppState): string | null {
  const subject = subjectKey(state, 'score');
  // The values of 16 bits may be stretched, or not, in one image.
  return subject && JSON.stringify([subject, selectedImage(state)?.isStretched, state.stability.settings]);
}

/** What is known about the view; null for nothing. */
export function stabilityInView(state: AppState): StabilityFinding | null {
  const key = stabilityKey(state);
  return (key !== null && state.stability.findings.find(({ about }) => about === key)) || null;
}

/** One method's runs. */
export interface PlannedRuns {
  readonly id: MethodId;
  readonly changes: readonly InputChange[];
}

const plan = memoize((methods: readonly MethodId[], settings: StabilitySettings, width: number, height: number): readonly PlannedRuns[] => {
  const planned = methods.map((id) => ({ id, changes: runChanges(settings, { width, height }, methodOf(id)) }));
  // What has noise together starts from the same pass.
  const isNoisy = ({ changes }: PlannedRuns) => changes.some(({ noise }) => noise > 0);
  return planned.filter(({ changes }) => !changes.every(isIdentity)).toSorted((a, b) => Number(isNoisy(b)) - Number(isNoisy(a)));
});

const NO_RUNS: readonly PlannedRuns[] = [];

/** The methods on screen whose input is changed at all, with the changes of each run. */
export function plannedRuns({ view, stability, model }: AppState): readonly PlannedRuns[] {
  const input: Size | undefined = model.info?.input;
  return input ? plan(view.methods, stability.settings, input.width, input.height) : NO_RUNS;
}

/** Which methods on screen have no runs, where others have some; empty where all have, or none. */
export function leftOutWords(state: AppState): string {
  const planned = plannedRuns(state);
  const left = state.view.methods.filter((id) => planned.length > 0 && !planned.some((runs) => runs.id === id));
  if (left.length === 0) return '';
  const titles = enumerated(left.map((id) => methodOf(id).title));
  return `Noise is for maps by gradient: ${titles} ${left.length > 1 ? 'have' : 'has'} no runs without flips or shifts.`;
}

/** Whether a method's map was asked for under these changes, and is not known yet. */
export function isRunMissing(known: SteadyMap | undefined, run: number): boolean {
  return (known?.runs ?? 0) <= run;
}

/** A method at the layer in view, from nothing to the whole map, in forward passes. */
export function passesOfRun(state: AppState, id: MethodId): number {
  const layer = layerInView(state);
  const info = networkAsPlanned(state);
  return layer && info ? methodOf(id).cost(asPlanned(state, layer), ablationInView(state), info).passes : 0;
}

/** What is left to do, in forward passes; null where it cannot begin. */
export function stabilityPasses(state: AppState): number | null {
  const { maps } = stabilityInView(state) ?? {};
  const planned = plannedRuns(state);
  if (planned.length === 0 || layerInView(state) === null) return null;
  const left = (id: MethodId, changes: readonly InputChange[]) =>
    changes.filter((change, run) => isRunMissing(maps?.[id], run) && !isIdentity(change)).length;
  return planned.reduce((sum, { id, changes }) => sum + left(id, changes) * passesOfRun(state, id), 0);
}

/** The state of the runs about the view: those of another one say nothing here. */
export function stabilityStatus(state: AppState): StabilitySlice['stability']['status'] {
  const { about, status } = state.stability;
  const key = stabilityKey(state);
  if (key !== null && about === key) return status;
  return stabilityInView(state) && stabilityPasses(state) === 0 ? 'done' : 'idle';
}

export const meanOf = memoize((steady: SteadyMap): SaliencyMap | null => meanMap(steady), 16);
export const spreadOf = memoize((steady: SteadyMap): SaliencyMap | null => stdMap(steady), 16);

/** What a mean rank correlation with the map of the image as it is means. */
function agreementWords(id: MethodId, steady: SteadyMap): string {
  const { title } = methodOf(id);
  const agreement = agreementOf(steady);
  if (agreement === null) return `${title} has no ranking to compare`;
  const number = formatCorrelation(agreement);
  if (agreement > 0.8) return `${title} hardly changes (${number})`;
  if (agreement > 0.5) return `${title} changes in part (${number}): trust its large regions, not single cells`;
  return `${title} changes as well (${number}): a single map of it says little`;
}

const verdictOf = memoize((maps: StabilityFinding['maps'], planned: readonly PlannedRuns[]): string => {
  const known = planned.flatMap(({ id, changes }) => {
    const steady = maps[id];
    return steady && steady.runs >= changes.length ? [agreementWords(id, steady)] : [];
  });
  return known.length < planned.length || known.length === 0
    ? ''
    : `While the image changes a little, ${known.join('; ')}. In brackets: the mean rank correlation with the map of the image as it is.`;
});

/** What all runs say together, in one sentence; empty until they are there. */
export function stabilityVerdict(state: AppState): string {
  const finding = stabilityInView(state);
  return finding ? verdictOf(finding.maps, plannedRuns(state)) : '';
}
