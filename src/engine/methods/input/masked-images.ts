import * as tf from '@tensorflow/tfjs-core';
import { BYTES_PER_VALUE } from '../../graph/tail-memory.ts';
import { cutActivation, cutNode } from '../cut-activation.ts';
import type { MethodContext } from '../method.ts';
import { sweepTail } from '../sweeps/sweep-tail.ts';

/**
 * Runs the whole network for the image times each mask. The image is as the network takes it, where zero is what its preparation makes of
 * the mean colour.
 *
 * @param image the pass, cut at the image
 * @param fill writes an item's mask, `[rows * columns]` of the image
 * @throws the signal's reason when cancelled; nothing is left behind then
 */
export async function sweepMasks(
  image: MethodContext,
  items: Uint32Array,
  fill: (item: number, mask: Float32Array) => void,
): Promise<void> {
  const cut = cutNode(image);
  const input = cutActivation(image);
  const [, rows, columns, channels] = input.shape;
  const pixels = rows * columns;
  // Broadcasting over pixels as one axis is much quicker on WASM than over rows and columns.
  const flat = tf.reshape(input, [1, pixels, channels]);
  try {
    await sweepTail(image, {
      tail: image.tail,
      items,
      keptBytes: 0,
      maskBytes: pixels * BYTES_PER_VALUE,
      copies(inBatch, batch) {
        const masks = new Float32Array(batch * pixels);
        for (const [i, item] of inBatch.entries()) fill(item, masks.subarray(i * pixels, (i + 1) * pixels));
        const masked = tf.mul(flat, tf.tensor3d(masks, [batch, pixels, 1]));
        return new Map([[cut, tf.reshape(masked, [batch, rows, columns, channels])]]);
      },
    });
  } finally {
    flat.dispose();
  }
}
