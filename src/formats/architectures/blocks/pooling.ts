/** Pooling as torch does it. */
import type { LayerName, NetworkBuilder } from './network-builder.ts';
import { type Pair, pairOf } from './pair.ts';

interface PoolingOptions {
  readonly size: Pair;
  /** torch's own is the size. */
  readonly stride?: Pair;
  readonly padding?: Pair;
  /** Rounds up: the last window may end beyond the map. */
  readonly ceilMode?: boolean;
}

const FORMAT = { data_format: 'channels_last' } as const;

function windows({ size, stride = size, padding = 0, ceilMode = false }: PoolingOptions) {
  const sides = pairOf(padding).map((cells) => [cells, cells]);
  return { pool_size: [...pairOf(size)], strides: [...pairOf(stride)], padding: sides, ceil_mode: ceilMode };
}

/** What is padded is never the maximum. */
export function maxPool(network: NetworkBuilder, name: LayerName, x: LayerName, options: PoolingOptions): LayerName {
  const { size, stride = size, padding = 0, ceilMode = false } = options;
  if (ceilMode || pairOf(padding).some((cells) => cells > 0)) return network.layer('PaddedMaxPooling2D', name, [x], windows(options));
  return network.layer('MaxPooling2D', name, [x], {
    pool_size: [...pairOf(size)],
    strides: [...pairOf(stride)],
    padding: 'valid',
    ...FORMAT,
  });
}

/** Zeros that are padded count, as torch has it where nothing else is said. */
export function averagePool(network: NetworkBuilder, name: LayerName, x: LayerName, options: PoolingOptions): LayerName {
  return network.layer('PaddedAveragePooling2D', name, [x], { ...windows(options), count_include_pad: true });
}

/** Of two by two cells, of those that are there at the border: `ceil_mode` without `count_include_pad`. */
export function halvingAveragePool(network: NetworkBuilder, name: LayerName, x: LayerName): LayerName {
  return network.layer('AveragePooling2D', name, [x], { pool_size: [2, 2], strides: [2, 2], padding: 'same', ...FORMAT });
}

/** As many cells as are wanted, whatever comes in. */
export function adaptiveAveragePool(network: NetworkBuilder, name: LayerName, x: LayerName, size: Pair): LayerName {
  return network.layer('AdaptiveAveragePooling2D', name, [x], { output_size: [...pairOf(size)] });
}
