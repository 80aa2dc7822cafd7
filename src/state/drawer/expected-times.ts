/** How long what stands in the drawer will take: told before it starts, from what this device took for forward passes, and for the like before. */
import { memoize } from '../../core/memoize.ts';
import { groupLayers } from '../../explain/layer-groups.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type MeasureSettings, SERIES } from '../../metrics/measures.ts';
import { depthPasses } from '../across-layers/depth-selectors.ts';
import type { AppState } from '../app-state.ts';
import type { Activity } from '../models/model-state.ts';
import { ablationInView, layerInView, logitsInView } from '../view/in-view.ts';

export interface ExpectedTime {
  readonly lowMs: number;
  readonly highMs: number;
}

/** Every way of removing pixels is tried once, and the intact image. */
const IMAGES_FOR_REMOVAL = 5;

/** How many images are scored for one map. Which they are does not matter for that: the smallest will do. */
const imagesForMap = memoize((steps: number): number => {
  const pixel = new Uint8ClampedArray(4);
  const example = {
    image: { width: 1, height: 1, data: pixel },
    replacement: pixel,
    map: { rows: 1, columns: 1, values: new Float32Array(1) },
    ranking: new Uint32Array(1),
    steps,
    intact: 1,
    left: 0,
  };
  return Object.values(SERIES).reduce((sum, series) => sum + series(example).filter((score) => typeof score === 'function').length, 0);
});

/** The forward passes for measuring so many maps of one image. */
function measurePasses(maps: number, { steps }: MeasureSettings): number {
  return maps * imagesForMap(steps) + IMAGES_FOR_REMOVAL;
}

/** One forward pass, and after it these methods at the layer in view. */
function explainPasses(state: AppState, methods: readonly MethodId[]): number | null {
  const layer = layerInView(state);
  const { info } = state.model;
  if (!layer || !info) return null;
  return methods.reduce((sum, id) => sum + methodOf(id).cost(layer, ablationInView(state), info).passes - 1, 1);
}

/** What an activity comes to, in forward passes; null where it cannot begin. */
function passesOf(state: AppState, activity: Activity): number | null {
  const { methods } = state.view;
  const { kept, results, failed } = state.set;
  if (activity === 'across-layers') return depthPasses(state);
  // A map of random numbers is measured with the others.
  if (activity === 'measure') return logitsInView(state) && measurePasses(methods.length + 1, state.faithfulness.settings);
  if (activity === 'sanity-check') {
    const each = logitsInView(state) && explainPasses(state, methods);
    const stages = groupLayers(state.model.info?.layers ?? []).length + 1;
    return each && each * stages;
  }
  const explained = kept && explainPasses(state, kept.methods);
  if (!kept || explained === null) return null;
  const left = kept.paths.length - results.length - failed.length;
  return left * (explained + measurePasses(kept.methods.length + 1, kept.settings));
}

const timeOf = memoize((lowMs: number, highMs: number): ExpectedTime => ({ lowMs, highMs }));

/** From the quickest to the slowest of the last forward passes; null while none was timed, or there is nothing to do. */
export function expectedTime(state: AppState, activity: Activity): ExpectedTime | null {
  const { passTimesMs, corrections } = state.device;
  const passes = passesOf(state, activity);
  if (!passes || passTimesMs.length === 0) return null;
  const factor = passes * (corrections[activity] ?? 1);
  return timeOf(Math.min(...passTimesMs) * factor, Math.max(...passTimesMs) * factor);
}

/** What one image of a dataset will take, before there is one; null while that is not known. */
export function expectedTimePerImage(state: AppState): ExpectedTime | null {
  const { passTimesMs, corrections } = state.device;
  const { methods } = state.view;
  const explained = explainPasses(state, methods);
  if (explained === null || passTimesMs.length === 0) return null;
  const factor = (explained + measurePasses(methods.length + 1, state.faithfulness.settings)) * (corrections.dataset ?? 1);
  return timeOf(Math.min(...passTimesMs) * factor, Math.max(...passTimesMs) * factor);
}

/** A run that took ten times what was said says so; what was interrupted says little, so that no run counts for more. */
const MOST_CORRECTION = 20;

/**
 * The device with what a finished run tells of the next one like it.
 *
 * @param passes what it came to, in forward passes, as it was told before
 */
function withRun(
  device: AppState['device'],
  activity: Activity,
  { passes, durationMs }: { readonly passes: number; readonly durationMs: number },
): AppState['device'] {
  const sorted = [...device.passTimesMs].sort((a, b) => a - b);
  const onePass = sorted[Math.floor((sorted.length - 1) / 2)];
  if (onePass === undefined || passes <= 0) return device;
  const correction = durationMs / (passes * onePass);
  const bounded = Math.min(MOST_CORRECTION, Math.max(1 / MOST_CORRECTION, correction));
  return { ...device, corrections: { ...device.corrections, [activity]: bounded } };
}

/** Starts the clock of a run; what is returned stops it, once the run has come to its end. */
export function clockFor(
  store: { getState(): AppState; setState(change: (state: AppState) => Partial<AppState>): void },
  activity: Activity,
): () => void {
  const passes = passesOf(store.getState(), activity);
  const startedAt = performance.now();
  return () => {
    if (passes === null) return;
    const run = { passes, durationMs: performance.now() - startedAt };
    store.setState(({ device }) => ({ device: withRun(device, activity, run) }));
  };
}
