/** Which of a session's findings may be believed: those of the same network, used in the same way, that are about its layers. */
import type { LayerInfo } from '../../explain/layer-info.ts';
import { inputGrid } from '../../explain/methods/method.ts';
import { INPUT_IMAGE, isAboutImage, isSweepResult, type Result } from '../../explain/work.ts';
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
