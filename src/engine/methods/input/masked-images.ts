import * as tf from '@tensorflow/tfjs-core';
import { type Between, fillFactors } from '../../../core/maps/bilinear.ts';
import type { SaliencyMap } from '../../../core/maps/saliency-map.ts';
import { BYTES_PER_VALUE } from '../../graph/tail-memory.ts';
import { cutActivation, cutNode } from '../cut-activation.ts';
import type { MethodContext } from '../method.ts';
import { sweepTail } from '../sweeps/sweep-tail.ts';

/** Small grids that are enlarged over the image. */
export interface Masks {
  /** Of each grid. */
  readonly rows: number;
  /** An item's grid, and where the image's pixels lie in it. It is done with before the next one is asked for. */
  laid(item: number): { readonly grid: SaliencyMap; readonly down: Between; readonly across: Between };
}

/**
 * Runs the whole network for the image times each mask. The image is as the network takes it, where zero is what its preparation makes of
 * the mean colour. Masks are enlarged by the device: a GPU waits for whatever is done for each pixel here.
 *
 * @param image the pass, cut at the image
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepMasks(image: MethodContext, items: Uint32Array, { rows: cellRows, laid }: Masks): Promise<void> {
  const cut = cutNode(image);
  const input = cutActivation(image);
  const [, rows, columns, channels] = input.shape;
  const pixels = rows * columns;
  const [takenSize, linesSize] = [rows * cellRows, cellRows * columns];
  // Broadcasting over pixels as one axis is much quicker on WASM than over rows and columns.
  const flat = tf.reshape(input, [1, pixels, channels]);
  try {
    await sweepTail(image, {
      tail: image.tail,
      items,
      keptBytes: 0,
      maskBytes: (pixels + takenSize + linesSize) * BYTES_PER_VALUE,
      copies(inBatch, batch) {
        const taken = new Float32Array(batch * takenSize);
        const lines = new Float32Array(batch * linesSize);
        for (const [i, item] of inBatch.entries()) {
          const { grid, down, across } = laid(item);
          const part = (of: Float32Array, size: number) => of.subarray(i * size, (i + 1) * size);
          fillFactors(grid, down, across, part(taken, takenSize), part(lines, linesSize));
        }
        const masks = tf.matMul(tf.tensor3d(taken, [batch, rows, cellRows]), tf.tensor3d(lines, [batch, cellRows, columns]));
        const masked = tf.mul(flat, tf.reshape(masks, [batch, pixels, 1]));
        return new Map([[cut, tf.reshape(masked, [batch, rows, columns, channels])]]);
      },
    });
  } finally {
    flat.dispose();
  }
}
