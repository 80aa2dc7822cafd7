import { passesFor } from '../../cost.ts';
import { emptyMaskSweep, type MaskSweep, mapsOfMasks, maskScale } from '../../input/mask-sweep.ts';
import { withoutRounding } from '../../rounding.ts';
import { isSweepResult, type Result, type Sweep } from '../../work.ts';
import { completeSweep } from '../complete-sweep.ts';
import type { SweepMethod } from '../method.ts';

function isMaskSweep(sweep: Sweep): sweep is MaskSweep {
  return 'seed' in sweep;
}

function masksOf(result: Result): MaskSweep {
  if (isSweepResult(result) && isMaskSweep(result.sweep)) return result.sweep;
  throw new RangeError(`${result.method} is no sweep over masks`);
}

export const rise: SweepMethod<'rise'> = {
  id: 'rise',
  title: 'RISE',
  slug: 'rise',
  group: 'ablation',
  purpose: 'A slow reference that knows nothing of the network: random masks over the image.',
  summary:
    'Hides random parts of the image, runs the whole network for each mask, and shows how far the mean score is raised where the image is seen.',
  source: 'Petsiuk, Das & Saenko, RISE, BMVC 2018, section 3',
  unit: (score) => `${score} where seen, above the mean`,
  ...completeSweep(({ ablation: { rise: masks } }) => ({ method: 'rise', masks, items: null })),
  begin({ masks }, { cells }, baseline) {
    if (!masks) throw new RangeError('a sweep over masks needs to be told how many');
    return emptyMaskSweep(cells, masks, baseline);
  },
  mapOf(result, score) {
    const sweep = masksOf(result);
    const { published, centred } = mapsOfMasks(sweep, score);
    return { map: withoutRounding(centred, maskScale(sweep, score)), raw: published };
  },
  copySize: (_layer, { forward }) => forward,
  cost: (_layer, { rise: { count } }, { forward }) => ({ count, unit: 'masks', passes: passesFor(forward, count, forward) }),
  details(result) {
    const { isExact, seed } = masksOf(result);
    return [`${isExact.length} masks`, `seed ${seed}`];
  },
  caveat: () => '',
};
