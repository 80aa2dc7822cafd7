import { emptyAblationSweep, mapOfSweep, onCells } from '../ablation-plan.ts';
import { scoreScale, withoutRounding } from '../rounding.ts';
import { scoreOf } from '../target.ts';
import { ablationSweepOf, windowCopyOf, windowCost, windowDetails, windowWork } from './ablation-sweep.ts';
import { completeSweep } from './complete-sweep.ts';
import type { SweepMethod } from './method.ts';

export const reciproCam: SweepMethod<'recipro-cam'> = {
  id: 'recipro-cam',
  title: 'ReciproCAM',
  slug: 'recipro-cam',
  group: 'ablation',
  purpose: 'What each cell is worth by itself: FastAblationCAM’s mirror image.',
  summary:
    'Keeps all channels at one cell, zeroes out all other cells, runs the rest of the network, and shows the class score, above that of the least cell.',
  source: 'Byun & Lee, Recipro-CAM, 2022, section 3',
  unit: (score) => `${score} of a cell alone, above the least`,
  ...completeSweep(({ ablation }) => windowWork('recipro-cam', ablation)),
  begin({ ablation }, { cells }, baseline) {
    if (!ablation) throw new RangeError('a sweep over cells needs to be told its windows');
    return emptyAblationSweep(cells, ablation, baseline);
  },
  mapOf(result, score) {
    const sweep = ablationSweepOf(result);
    const intact = scoreOf(sweep.baseline, score);
    const drops = mapOfSweep(sweep, score);
    const raw = { ...drops, values: drops.values.map((drop) => intact - drop) };
    // Every cell's score has what the network says of nothing in it; the paper takes off the least as well.
    const least = raw.values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const above = { ...raw, values: raw.values.map((value) => value - least) };
    return { map: onCells(withoutRounding(above, scoreScale(sweep.baseline, score)), sweep.cells, sweep), raw };
  },
  copySize: windowCopyOf,
  cost: windowCost,
  details: (result) => windowDetails(ablationSweepOf(result)),
  caveat: () => '',
};
