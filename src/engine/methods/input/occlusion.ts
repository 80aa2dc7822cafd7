/**
 * Occlusion (Zeiler & Fergus, ECCV 2014, section 4.2): a patch of the image is hidden at a time. It is FastAblationCAM's sweep over windows, of
 * which the image is the layer, and its pixels the cells.
 */
import { patchWindows } from '../../../explain/input/input-settings.ts';
import { cutGrid } from '../cut-activation.ts';
import type { Computation } from '../method.ts';
import { sweepWindows } from '../sweeps/window-sweep.ts';
import { atInput } from './at-input.ts';

export const occlusion: Computation = {
  kind: 'sweep',
  async run(context, { method, occlusion: settings, items }) {
    if (!settings) throw new RangeError(`${method} needs to be told its patches`);
    const image = atInput(context);
    const ablation = patchWindows(cutGrid(image), settings);
    // A blur as wide as the patch leaves nothing of what it shows.
    await sweepWindows(image, { ablation, items }, true, { what: 'patches', blurStd: ablation.window });
  },
};
