/**
 * Score-CAM (Wang et al., CVPR workshops 2020, algorithm 1): each channel of the layer, enlarged to the image's size and stretched to 0 … 1, is a
 * mask; the whole network runs for the image times each mask. Channels are enlarged with half-pixel centres.
 *
 * The logits of all classes are reported for every channel; weights and map are arithmetic on the page (`explain/channel-sweep.ts`).
 */
import { betweenCells, rangeFinder } from '../../../core/maps/bilinear.ts';
import { cutActivation, cutGrid } from '../cut-activation.ts';
import type { Computation } from '../method.ts';
import { beginSweep } from '../sweeps/begin-sweep.ts';
import { atInput } from './at-input.ts';
import { sweepMasks } from './masked-images.ts';

/** Keeps the mask of a channel that is the same everywhere from being 0/0: it hides the whole image. */
const EPSILON = 1e-8;

export const scoreCam: Computation = {
  kind: 'sweep',
  async run(context, { items }) {
    const activation = cutActivation(context);
    const cells = cutGrid(context);
    const channels = activation.shape[3];
    const values = Float32Array.from(await activation.data());
    // What is reported goes to the page, and masks are still to be made.
    beginSweep(context, { cells, activation: values.slice(), count: channels, what: 'channels' });
    const image = atInput(context);
    const { rows, columns } = cutGrid(image);
    const down = betweenCells(0, rows, 0, rows, cells.rows);
    const across = betweenCells(0, columns, 0, columns, cells.columns);
    const rangeOf = rangeFinder(down, across);
    const channel = { ...cells, values: new Float32Array(cells.rows * cells.columns) };
    await sweepMasks(image, items ?? Uint32Array.from({ length: channels }, (_, k) => k), {
      rows: cells.rows,
      laid(item) {
        const own = channel.values;
        for (let cell = 0; cell < own.length; cell++) own[cell] = values[cell * channels + item] ?? Number.NaN;
        // Stretching first is the same, as each pixel's shares of its cells add up to 1.
        const [low, high] = rangeOf(channel);
        for (let cell = 0; cell < own.length; cell++) own[cell] = ((own[cell] ?? Number.NaN) - low) / (high - low + EPSILON);
        return { grid: channel, down, across };
      },
    });
  },
};
