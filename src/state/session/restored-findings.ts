/** Which of a session's findings may be believed: those of the same network, used in the same way, that are about its layers. */
import type { LayerInfo } from '../../explain/layer-info.ts';
import { isSweepResult, type Result } from '../../explain/work.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import type { KeptFinding } from '../../protocol/kept-image.ts';
import type { SessionModel } from '../../protocol/session.ts';

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

export function fitsNetwork(finding: KeptFinding, { layers, units }: ModelInfo): boolean {
  if (finding.kind === 'logits') return finding.logits.length === units;
  const layer = layers.find(({ name }) => name === finding.layer);
  return layer !== undefined && isOfLayer(finding.result, layer, units);
}
