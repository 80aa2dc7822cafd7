/** Batches of copies, by what each has changed. */
import * as tf from '@tensorflow/tfjs-core';
import type { Grid } from '../../core/maps/grid.ts';
import { channelsIn } from './bases.ts';
import type { Copies } from './incremental-tail.ts';
import { type Channels, countOf } from './part.ts';
import type { IncrementalPlan } from './planning/plan.ts';
import { ownParts, type Site } from './sites.ts';
import type { Positions } from './tensor-arithmetic.ts';

/** What copies are made of at a site: `[1, rows, columns, channels]` of the site's channels. */
interface SiteValues {
  /** What a copy has in its window; at a site of differences, how that differs from what all have; at a dense one, as it is. */
  readonly x: tf.Tensor4D;
  /** At a site of windows, what all have outside of theirs. */
  readonly base?: tf.Tensor4D;
}

export type ValuesAt = (site: Site) => SiteValues;

/** Each has a window of its own at every site. @param positions where they start, in cells: among those that were planned */
export function windowCopies(sites: readonly Site[], plan: IncrementalPlan, valuesAt: ValuesAt, positions: Positions): Copies {
  const { window, starts } = plan;
  return {
    positions: {
      rows: positions.rows.map((row) => starts.rows.indexOf(row)),
      columns: positions.columns.map((column) => starts.columns.indexOf(column)),
    },
    isMoving: false,
    own: (arithmetic) =>
      ownParts(sites, (site) => {
        const { from, to } = site;
        const { x, base } = valuesAt(site);
        const map: Grid = { rows: x.shape[1], columns: x.shape[2] };
        const cells = (of: tf.Tensor) =>
          arithmetic.lay({ over: null, under: { x: of, at: 'dense', channel: 0 }, at: window, map, channels: countOf(site) });
        if (base) return { kind: 'window', from, to, window, x: cells(x), base: cells(base) };
        return { kind: 'difference', from, to, window, difference: cells(x) };
      }),
  };
}

/** Some of a layer's channels as they are, and in each copy with one of them zeroed: `[batch, rows, columns, channels]`. */
function zeroedOneByOne(activation: tf.Tensor4D, range: Channels, own: Int32Array): tf.Tensor4D {
  return tf.tidy(() => {
    const taken = channelsIn(activation, range);
    const [, rows, columns, channels] = taken.shape;
    const kept = new Float32Array(own.length * channels).fill(1);
    for (const [copy, channel] of own.entries()) kept[copy * channels + channel - range.from] = 0;
    // Broadcasting over cells as one axis is much quicker on WASM than over rows and columns.
    const copies = tf.mul(tf.reshape(taken, [1, rows * columns, channels]), tf.tensor3d(kept, [own.length, 1, channels]));
    return tf.reshape(copies, [own.length, rows, columns, channels]);
  });
}

/**
 * Each has one channel zeroed at all cells, at every site.
 *
 * @param range of a site's channels, from its first on: holds all that are zeroed in a copy of the batch
 * @param zeroed each copy's
 */
export function channelCopies(sites: readonly Site[], valuesAt: ValuesAt, range: Channels, zeroed: Int32Array): Copies {
  const nowhere = new Int32Array(zeroed.length);
  return {
    positions: { rows: nowhere, columns: nowhere },
    isMoving: true,
    own: (arithmetic) =>
      ownParts(sites, (site) => {
        const x = arithmetic.take(zeroedOneByOne(valuesAt(site).x, range, zeroed));
        return { kind: 'dense', from: site.from + range.from, to: site.from + range.to, x };
      }),
  };
}
