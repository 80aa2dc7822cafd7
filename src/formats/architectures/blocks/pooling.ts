/** Pooling as torch does it. */
import type { LayerName, NetworkBuilder } from './network-builder.ts';
import { type Pair, pairOf } from './pair.ts';

interface PoolingOptions {
  readonly size: Pair;
  readonly stride: Pair;
  readonly padding?: Pair;
}

/** After a ReLU alone: there padding with zeros is what torch's padding with minus infinity amounts to. */
export function maxPool(network: NetworkBuilder, name: LayerName, x: LayerName, { size, stride, padding = 0 }: PoolingOptions): LayerName {
  const padded = network.zeroPadding(`${name}.pad`, x, padding);
  const config = { pool_size: [...pairOf(size)], strides: [...pairOf(stride)], padding: 'valid', data_format: 'channels_last' };
  return network.layer('MaxPooling2D', name, [padded], config);
}

/** Of two by two cells, of those that are there at the border: `ceil_mode` without `count_include_pad`. */
export function halvingAveragePool(network: NetworkBuilder, name: LayerName, x: LayerName): LayerName {
  return network.layer('AveragePooling2D', name, [x], {
    pool_size: [2, 2],
    strides: [2, 2],
    padding: 'same',
    data_format: 'channels_last',
  });
}
