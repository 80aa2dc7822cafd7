/**
 * RISE (Petsiuk, Das & Saenko, BMVC 2018, section 3): the whole network runs for the image behind random masks, which follow from their seed
 * (`explain/input/rise-masks.ts`), so that the page can make the map of any class from the scores alone.
 */
import { laidMask, riseMask, SIDE } from '../../../explain/input/rise-masks.ts';
import { cutGrid } from '../cut-activation.ts';
import type { Computation } from '../method.ts';
import { beginSweep } from '../sweeps/begin-sweep.ts';
import { atInput } from './at-input.ts';
import { sweepMasks } from './masked-images.ts';

export const rise: Computation = {
  kind: 'sweep',
  async run(context, { method, masks, items }) {
    if (!masks) throw new RangeError(`${method} needs to be told its masks`);
    const image = atInput(context);
    const cells = cutGrid(image);
    beginSweep(context, { cells, activation: null, count: masks.count, what: 'masks' });
    const all = items ?? Uint32Array.from({ length: masks.count }, (_, index) => index);
    await sweepMasks(image, all, { rows: SIDE, laid: (index) => laidMask(riseMask(masks.seed, index, cells), cells, cells) });
  },
};
