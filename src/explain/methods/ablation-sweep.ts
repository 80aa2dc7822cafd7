/** Sweeps over windows of cells, asked for and answered. */
import type { Grid } from '../../core/maps/grid.ts';
import { type AblationSettings, type AblationSweep, type AblationValue, DEFAULT_ABLATION, positionGrid } from '../ablation-plan.ts';
import { type MethodCost, passesFor } from '../cost.ts';
import type { LayerInfo, WorkSize } from '../layer-info.ts';
import { isSweepResult, type Result, type Sweep, type SweepWork } from '../work.ts';
import type { NetworkSize, SweepMethod } from './method.ts';

export const FAST_ABLATION_CAM = 'fast-ablation-cam';

/** A whole sweep over these windows. Settings of other methods are left out: they change nothing of it. */
export function windowWork(method: string, { window, stride, value }: AblationSettings): SweepWork {
  return { method, ablation: { window, stride, value }, items: null };
}

/** FastAblationCAM's whole sweep with these windows. */
export function ablationWork(ablation: AblationSettings): SweepWork {
  return windowWork(FAST_ABLATION_CAM, ablation);
}

function isAblationSweep(sweep: Sweep): sweep is AblationSweep {
  return 'window' in sweep;
}

/** The sweep over windows of cells; null for the result of another kind of method. */
export function ablationSweepIn(result: Result | null): AblationSweep | null {
  return result && isSweepResult(result) && isAblationSweep(result.sweep) ? result.sweep : null;
}

/** What ablated activations became; null for methods that ablate none, and for channels that were zeroed. */
export function valueIn(result: Result): AblationValue | null {
  if (!isSweepResult(result)) return null;
  const { sweep } = result;
  if (isAblationSweep(sweep)) return sweep.value;
  return 'value' in sweep && sweep.value === 'after-relu' ? sweep.value : null;
}

/** @throws RangeError for the result of another kind of method */
export function ablationSweepOf(result: Result): AblationSweep {
  const sweep = ablationSweepIn(result);
  if (!sweep) throw new RangeError(`${result.method} is no sweep over windows of cells`);
  return sweep;
}

/**
 * What runs for one window: what runs for a cell, and more of the rest of the tail the more cells it has along a side. So it is planned, some
 * hundredths of the tail off.
 */
export function windowOf(window: number, { rows, columns }: Grid, cell: WorkSize, tail: WorkSize): WorkSize {
  const share = Math.min(1, (window - 1) / Math.max(1, Math.max(rows, columns) - 1));
  const between = (least: number, most: number) => least + share * Math.max(0, most - least);
  return { macs: between(cell.macs, tail.macs), values: between(cell.values, tail.values) };
}

function windowCopy(layer: LayerInfo, { window, value }: Pick<AblationSettings, 'window' | 'value'>): WorkSize {
  const { tail, cellTail = tail, afterRelu } = layer;
  return windowOf(window, layer, value === 'after-relu' && afterRelu ? afterRelu.cell : cellTail, tail);
}

/** The same, by what is asked of the engine. */
export const windowCopyOf: SweepMethod['copySize'] = (layer, _network, { ablation = DEFAULT_ABLATION }) => windowCopy(layer, ablation);

export function windowCost(layer: LayerInfo, ablation: AblationSettings, { forward }: NetworkSize): MethodCost {
  const { window, stride } = ablation;
  const { rows, columns } = positionGrid(layer, { window, stride });
  const unit = window === 1 && stride === 1 ? 'cells' : 'windows';
  return { count: rows * columns, unit, passes: passesFor(windowCopy(layer, ablation), rows * columns, forward) };
}

/** What `after-relu` means, in words. */
export const AFTER_RELU = 'nothing after the next ReLU';

/** What becomes of what is ablated, in words. */
export function replacementInWords(value: AblationValue): string {
  if (value === 'after-relu') return `made ${AFTER_RELU}`;
  return `replaced with ${typeof value === 'number' ? `themselves times ${value}` : value}`;
}

/** What differs from cells that are zeroed one by one, in words. */
export function windowDetails({ window, stride, value }: AblationSettings): string[] {
  const words: string[] = [];
  if (window !== 1 || stride !== 1) words.push(`window ${window}, stride ${stride} cells`);
  if (value === 'after-relu') words.push(AFTER_RELU);
  else if (value !== 0) words.push(typeof value === 'number' ? `times ${value}` : value);
  return words;
}
