/** The strip over depth: which layers, with which windows, what it costs, and what it shows. */
import { type AblationSettings, DEFAULT_ABLATION, mapOfSweep, onCells } from '../core/ablation-plan.ts';
import { costOf } from '../core/cost.ts';
import { blockEnds } from '../core/layer-groups.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import { type ClassScore, isSameScore, type OutputActivation } from '../core/scores.ts';
import { coarseSettings } from '../core/sweep-estimate.ts';
import type { AppState } from './app-state.ts';
import { passMs } from './device-costs.ts';
import type { DepthColumn } from './explanation-state.ts';
import { remembered } from './remembered.ts';
import { scoreToExplain } from './selectors.ts';

/** Cells one by one where they are few, else in squares. */
export function depthSettings(layer: LayerInfo): AblationSettings {
  return coarseSettings(layer, DEFAULT_ABLATION);
}

/** Whether the strip is about what is in view. */
export function isDepthInView(state: AppState): boolean {
  const { depth, model, pictures } = state;
  const isSamePicture = depth.pictureId === pictures.selectedId && depth.modelId === model.info?.id;
  return depth.columns.length > 0 && isSamePicture && isSameScore(depth.score, scoreToExplain(state.view, state.explanation.logits));
}

/** What both maps of these layers will take on this device, in milliseconds; null until its speed is known. */
export function depthDurationMs(state: AppState, layers: readonly LayerInfo[]): number | null {
  const { info } = state.model;
  const onePass = passMs(state);
  if (!info || onePass === null) return null;
  const passesOf = (method: 'grad-cam' | 'fast-ablation-cam', layer: LayerInfo) =>
    costOf(method, layer, depthSettings(layer), info.forward).passes;
  return onePass * layers.reduce((sum, layer) => sum + passesOf('grad-cam', layer) + passesOf('fast-ablation-cam', layer) - 1, 0);
}

const endsOf = remembered(blockEnds);

/** What the whole strip will take; null until that can be told. */
export function depthCostMs(state: AppState): number | null {
  const { info } = state.model;
  return info && depthDurationMs(state, endsOf(info.layers));
}

const sweepMapOf = remembered((column: DepthColumn, score: ClassScore, activation: OutputActivation): SaliencyMap | null => {
  const sweep = column.sweep?.sweep;
  return sweep ? onCells(mapOfSweep(sweep, score, activation), sweep.cells, sweep) : null;
}, 32);

/** The two maps of a column, as far as they are there; on the layer's cells. */
export function gradCamOver(column: DepthColumn): SaliencyMap | null {
  return column.gradCam?.map ?? null;
}

export function sweepOver({ depth, model }: AppState, column: DepthColumn): SaliencyMap | null {
  return depth.score && model.card ? sweepMapOf(column, depth.score, model.card.outputActivation) : null;
}
