/**
 * The mathematics alone: what a score is, which cells are ablated, what a method is, and how maps are drawn, compared and saved. Nothing here
 * computes with tensors, and nothing is imported: it runs anywhere.
 *
 * @module explain
 */
export { AppError, type ErrorCode } from '../core/app-error.ts';
export type { Size } from '../core/images/geometry.ts';
export { type Correlations, correlationsOf } from '../core/maps/agreement.ts';
export type { ColormapId, Contrast, DisplaySettings, SignMode } from '../core/maps/display.ts';
export type { CellRange, Grid } from '../core/maps/grid.ts';
export { onCommonGrid } from '../core/maps/map-comparison.ts';
export type { SaliencyMap } from '../core/maps/saliency-map.ts';
export type { OutputReading } from '../core/models/output-reading.ts';
export { npyOf } from '../core/reports/npy.ts';
export {
  type AblationSettings,
  type AblationValue,
  type ChannelValue,
  onCells,
  positionGrid,
  type Window,
  windowCells,
} from '../explain/ablation-plan.ts';
export { type HeatmapContext, heatmapJson, type NamedClass } from '../explain/heatmap-json.ts';
export type { MethodId } from '../explain/methods/list.ts';
export type { MethodGroup } from '../explain/methods/method.ts';
export {
  type ChosenScore,
  type ClassScore,
  classLogits,
  lookAlikesOf,
  probabilities,
  type Rival,
  type ScoreKind,
  scoreGradient,
  scoreOf,
  topClasses,
  type Versus,
} from '../explain/target.ts';
export { mapPixels, type PixelOptions } from './map-pixels.ts';
export { METHODS, type MethodInfo } from './methods.ts';
