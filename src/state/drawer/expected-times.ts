/** How long what stands in the drawer will take: told before it starts, from what this device took for forward passes, and for the like before. */
import { memoize } from '../../core/memoize.ts';
import { groupLayers } from '../../explain/layer-groups.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { type MeasureSettings, SERIES } from '../../metrics/measures.ts';
import { sensitivityPasses } from '../../sets/max-sensitivity.ts';
import { depthPasses } from '../across-layers/depth-selectors.ts';
import type { AppState } from '../app-state.ts';
import { speedOfEngines } from '../engines/shared-time.ts';
import { isPlanned, networkAsPlanned, plannedLayer } from '../explanation/layer-plans.ts';
import { sensitiveAmong } from '../faithfulness/sensitive-methods.ts';
import type { Activity } from '../models/model-state.ts';
import { stabilityPasses } from '../stability/stability-selectors.ts';
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
  return Object.values(SERIES).reduce((sum, series) => sum + series(example).filter((score) => typeof score !== 'number').length, 0);
});

/** The forward passes for measuring maps of one image, and one of random numbers beside them: those that engines share, and the rest. */
function measurePasses(state: AppState, methods: readonly MethodId[], { steps, sensitivity }: MeasureSettings) {
  const explained = sensitivityPasses(sensitiveAmong(state, methods, sensitivity), sensitivity);
  const scored = (methods.length + 1) * imagesForMap(steps);
  return { scored, alone: IMAGES_FOR_REMOVAL + explained };
}

/** One forward pass, and after it these methods at the layer in view; null while that is not planned. */
function explainPasses(state: AppState, methods: readonly MethodId[]): number | null {
  const inView = layerInView(state);
  const layer = inView && plannedLayer(state, inView);
  const info = networkAsPlanned(state);
  if (!layer || !info) return null;
  return methods.reduce((sum, id) => sum + methodOf(id).cost(layer, ablationInView(state), info).passes - 1, 1);
}

/** An image of a dataset, of which there are as many at once as engines. */
function imagePasses(state: AppState, methods: readonly MethodId[], settings: MeasureSettings, explained: number): number {
  const { scored, alone } = measurePasses(state, methods, settings);
  return (explained + scored + alone) / speedOfEngines(state);
}

/** What an activity comes to, in forward passes of one engine; null where it cannot begin, and while that is not planned. */
export function passesOf(state: AppState, activity: Activity): number | null {
  const { methods } = state.view;
  const { kept, results, failed } = state.set;
  if (!isPlanned(state)) return null;
  if (activity === 'across-layers') return depthPasses(state);
  if (activity === 'measure') {
    const { scored, alone } = measurePasses(state, methods, state.faithfulness.settings);
    return logitsInView(state) && scored / speedOfEngines(state) + alone;
  }
  if (activity === 'sanity-check') {
    const each = logitsInView(state) && explainPasses(state, methods);
    const stages = groupLayers(state.model.info?.layers ?? []).length + 1;
    return each && each * stages;
  }
  if (activity === 'stability') return logitsInView(state) && stabilityPasses(state);
  const explained = kept && explainPasses(state, kept.methods);
  if (!kept || explained === null) return null;
  const left = kept.paths.length - results.length - failed.length;
  return left * imagePasses(state, kept.methods, kept.settings, explained);
}

const timeOf = memoize((lowMs: number, highMs: number): ExpectedTime => ({ lowMs, highMs }), 8);

/** Passes that took so many times the usual one paid for what comes only once, such as a GPU's programs. */
const WARM_UP = 5;
/** Fewer timed passes than this tell little of what others will take. */
const ENOUGH_PASSES = 3;
/** By how much a range is widened at both ends: after few passes, before any run of the kind, and else. */
const WIDER = { fewPasses: 1.25, untried: 2, tried: 1.15 } as const;

/** The last forward passes from the quickest to the slowest, without those that warmed the device up. */
function steadyPassesMs({ passTimesMs }: AppState['device']): readonly number[] {
  const sorted = [...passTimesMs].sort((a, b) => a - b);
  const usual = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return sorted.filter((time) => time <= WARM_UP * usual);
}

/** Undefined while none was timed. */
export function usualPassMs(device: AppState['device']): number | undefined {
  const times = steadyPassesMs(device);
  return times[Math.floor((times.length - 1) / 2)];
}

/**
 * What so many forward passes may take: a range that is wider the less is known.
 *
 * @param activity what they are for, where runs of the kind tell of the next one; null: they are as others are
 * @returns null while no pass was timed, or there is nothing to do
 */
export function timeForPasses(device: AppState['device'], passes: number, activity: Activity | null): ExpectedTime | null {
  const times = steadyPassesMs(device);
  const [quickest, slowest] = [times[0], times.at(-1)];
  if (passes <= 0 || quickest === undefined || slowest === undefined) return null;
  const correction = activity === null ? 1 : device.corrections[activity];
  const wider = (correction === undefined ? WIDER.untried : WIDER.tried) * (times.length < ENOUGH_PASSES ? WIDER.fewPasses : 1);
  const factor = passes * (correction ?? 1);
  return timeOf((quickest * factor) / wider, slowest * factor * wider);
}

/** Null while no forward pass was timed, or there is nothing to do. */
export function expectedTime(state: AppState, activity: Activity): ExpectedTime | null {
  return timeForPasses(state.device, passesOf(state, activity) ?? 0, activity);
}

/** What one image of a dataset will take, before there is one; null while that is not known. */
export function expectedTimePerImage(state: AppState): ExpectedTime | null {
  const { methods } = state.view;
  const explained = explainPasses(state, methods);
  if (explained === null) return null;
  return timeForPasses(state.device, imagePasses(state, methods, state.faithfulness.settings, explained), 'dataset');
}
