import { emptyAblationSweep, mapOfSweep, onCells, positionGrid } from '../../ablation-plan.ts';
import { passesFor } from '../../cost.ts';
import { type OcclusionSettings, patchWindows } from '../../input/input-settings.ts';
import type { WorkSize } from '../../layer-info.ts';
import { scoreScale, withoutRounding } from '../../rounding.ts';
import { ablationSweepOf, windowOf } from '../ablation-sweep.ts';
import { completeSweep } from '../complete-sweep.ts';
import { inputGrid, type NetworkSize, type SweepMethod } from '../method.ts';

/** What runs for one patch: as for a window of a layer. */
function patchCopy(network: NetworkSize, settings: OcclusionSettings): WorkSize {
  const input = inputGrid(network);
  const { forward, pixelPass = forward } = network;
  return windowOf(patchWindows(input, settings).window, input, pixelPass, forward);
}

/** FastAblationCAM's windows, at the image itself: its cells are the pixels of the network's input. */
export const occlusion: SweepMethod<'occlusion'> = {
  id: 'occlusion',
  title: 'Occlusion',
  slug: 'occlusion',
  group: 'ablation',
  purpose: 'Parts of the image itself, hidden one after the other: no layer to choose.',
  summary: 'Hides a patch of the image, runs the network again, and shows how far the class score drops.',
  source: 'Zeiler & Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, section 4.2',
  unit: (score) => `drop in ${score}`,
  ...completeSweep(({ ablation: { occlusion: settings } }) => ({ method: 'occlusion', occlusion: settings, items: null })),
  begin({ occlusion: settings }, { cells }, baseline) {
    if (!settings) throw new RangeError('a sweep over patches needs to be told their size');
    return emptyAblationSweep(cells, patchWindows(cells, settings), baseline);
  },
  mapOf(result, score) {
    const sweep = ablationSweepOf(result);
    const raw = mapOfSweep(sweep, score);
    return { map: onCells(withoutRounding(raw, scoreScale(sweep.baseline, score)), sweep.cells, sweep), raw };
  },
  // Without a plan it is a whole pass at most.
  copySize: (_layer, network, { occlusion: settings }) => (network.pixelPass && settings ? patchCopy(network, settings) : null),
  cost(_layer, { occlusion: settings }, network) {
    const input = inputGrid(network);
    const { rows, columns } = positionGrid(input, patchWindows(input, settings));
    return { count: rows * columns, unit: 'patches', passes: passesFor(patchCopy(network, settings), rows * columns, network.forward) };
  },
  details(result) {
    const { window, stride, value } = ablationSweepOf(result);
    return [`patches of ${window} px every ${stride} px`, `hidden by ${value === 'blur' ? 'blur' : 'the mean colour'}`];
  },
  caveat: () => '',
};
