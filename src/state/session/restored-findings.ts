/** Which of a session's findings may be believed: those of the same network, used in the same way, that are about its layers. */
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { DEFAULT_SWEEP } from '../../explain/input/input-settings.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { METHODS, type MethodId } from '../../explain/methods/list.ts';
import { inputGrid } from '../../explain/methods/method.ts';
import type { ClassScore } from '../../explain/target.ts';
import { INPUT_IMAGE, isAboutImage, isSweepResult, type Result } from '../../explain/work.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import type { KeptFinding } from '../../protocol/kept-image.ts';
import type { SessionMeasures, SessionModel, SessionSanity, SessionStability } from '../../protocol/session.ts';
import { mapTitle } from '../../sets/map-title.ts';
import type { FaithfulnessSlice } from '../faithfulness/faithfulness-state.ts';
import type { SanitySlice } from '../faithfulness/sanity-state.ts';
import type { StabilityFinding } from '../stability/stability-state.ts';

/** What is asked of a method does not depend on it. */
const ANY_SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };

/** Whether two networks of the same weights give the same numbers for the same images. */
export function isSameUse(a: SessionModel, b: SessionModel): boolean {
  const use = ({ sha256, input, output, reading, preprocessing }: SessionModel) => {
    const { channels, scale, mean, std, fit, resampling = 'bilinear' } = preprocessing;
    return JSON.stringify([sha256, input.width, input.height, output, reading, channels, scale, mean, std, fit, resampling]);
  };
  return use(a) === use(b);
}

function isOfLayer(result: Result, { rows, columns, channels }: LayerInfo, units: number): boolean {
  if (!isSweepResult(result)) return result.map.rows === rows && result.map.columns === columns;
  const { cells, baseline, isExact } = result.sweep;
  const isWhole = !('activation' in result.sweep) || isExact.length === channels;
  return cells.rows === rows && cells.columns === columns && baseline.length === units && isWhole;
}

/** Whether a method explains the image itself, whichever layer is in view. */
function isOfImage(id: string): boolean {
  const known = METHODS.find((method) => method.id === id);
  return known !== undefined && isAboutImage(known.whole({ score: ANY_SCORE, ablation: DEFAULT_SWEEP }));
}

function isOfInput(result: Result, { units, ...network }: ModelInfo): boolean {
  if (!isSweepResult(result)) return false;
  const { cells, baseline } = result.sweep;
  const { rows, columns } = inputGrid(network);
  return cells.rows === rows && cells.columns === columns && baseline.length === units;
}

export function fitsNetwork(finding: KeptFinding, info: ModelInfo): boolean {
  const { layers, units } = info;
  if (finding.kind === 'logits') return finding.logits.length === units;
  if (isAboutImage(finding.work)) return finding.layer === INPUT_IMAGE && isOfInput(finding.result, info);
  const layer = layers.find(({ name }) => name === finding.layer);
  return layer !== undefined && isOfLayer(finding.result, layer, units);
}

/** Maps have the layer's cells, or fewer where these are ablated in windows; those of the image itself at most its pixels. */
function isMapOf({ rows, columns }: SaliencyMap, id: string, layer: LayerInfo, info: ModelInfo): boolean {
  const grid = isOfImage(id) ? inputGrid(info) : layer;
  return rows <= grid.rows && columns <= grid.columns;
}

/** What the maps of the view were measured to be worth; null where that cannot have been about this layer. */
export function restoredMeasures(
  { rows, ...saved }: SessionMeasures,
  layer: LayerInfo,
  info: ModelInfo,
): Omit<FaithfulnessSlice['faithfulness'], 'about' | 'settings' | 'box' | 'isDrawingBox'> | null {
  const isKnown = (id: string) => id === RANDOM_MAP.id || METHODS.some((method) => method.id === id);
  const [first] = rows;
  const isOfView = rows.every(({ id, map, layer: name }) => {
    // A random map has the grid of the first one.
    if (id === RANDOM_MAP.id) return first !== undefined && isMapOf(map, first.id, layer, info);
    return isKnown(id) && isMapOf(map, id, layer, info) && name === (isOfImage(id) ? INPUT_IMAGE : layer.name);
  });
  if (!isOfView) return null;
  const restored = rows.map((row) => ({ ...row, title: mapTitle(row.id), isPending: false, isExplaining: false }));
  return { ...saved, rows: restored, status: 'done', progress: null };
}

/** As above. */
export function restoredSanity(
  { methods, stages }: SessionSanity,
  layer: LayerInfo,
  info: ModelInfo,
): Omit<SanitySlice['sanity'], 'about'> | null {
  const isOfView = stages.every(({ maps, correlations }) =>
    methods.every((id: MethodId) => id in maps && id in correlations && (!maps[id] || isMapOf(maps[id], id, layer, info))),
  );
  return isOfView ? { methods, stages, status: 'done', progress: null } : null;
}

/** Of the runs, those of methods whose maps fit; null for none. */
export function restoredRuns({ maps }: SessionStability, layer: LayerInfo, info: ModelInfo): StabilityFinding['maps'] | null {
  const fitting = METHODS.flatMap(({ id }) => {
    const steady = maps[id];
    return steady && isMapOf(steady.own, id, layer, info) ? [[id, steady] as const] : [];
  });
  return fitting.length > 0 ? Object.fromEntries(fitting) : null;
}
