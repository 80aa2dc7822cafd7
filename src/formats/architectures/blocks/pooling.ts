/** Pooling as torch does it, and as the module says where it says something. */
import { isWindowPooling } from '../modules/module-facts.ts';
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';
import { type Pair, pairOf } from './pair.ts';

interface PoolingOptions {
  readonly size: Pair;
  /** torch's own is the size. */
  readonly stride?: Pair;
  readonly padding?: Pair;
  /** Rounds up: the last window may end beyond the map. */
  readonly ceilMode?: boolean;
  /** Zeros that are padded count, as torch has it where nothing else is said. */
  readonly countsPadding?: boolean;
}

const FORMAT = { data_format: 'channels_last' } as const;

function windows({ size, stride = size, padding = 0, ceilMode = false }: PoolingOptions) {
  const sides = pairOf(padding).map((cells) => [cells, cells]);
  return { pool_size: [...pairOf(size)], strides: [...pairOf(stride)], padding: sides, ceil_mode: ceilMode };
}

type WindowPooling = 'max' | 'average';

function pooled(network: NetworkBuilder, kind: WindowPooling, name: LayerName, x: LayerName, options: PoolingOptions): LayerName {
  if (kind === 'average')
    return network.layer('PaddedAveragePooling2D', name, [x], {
      ...windows(options),
      count_include_pad: options.countsPadding ?? true,
    });
  const { size, stride = size, padding = 0, ceilMode = false } = options;
  // What is padded is never the maximum.
  if (ceilMode || pairOf(padding).some((cells) => cells > 0)) return network.layer('PaddedMaxPooling2D', name, [x], windows(options));
  return network.layer('MaxPooling2D', name, [x], {
    pool_size: [...pairOf(size)],
    strides: [...pairOf(stride)],
    padding: 'valid',
    ...FORMAT,
  });
}

/** With what the module there says of itself, which may be that it pools otherwise, or not at all. */
function asTold(network: NetworkBuilder, kind: WindowPooling, name: LayerName, x: LayerName, options: PoolingOptions): LayerName {
  const fact = network.facts.get(name);
  if (fact?.kind === 'nothing') return network.alsoCalled(x, name);
  if (!isWindowPooling(fact)) return pooled(network, kind, name, x, options);
  const { size, stride, padding, ceilMode, countsPadding } = fact;
  const told = { size, stride: stride ?? size, padding: padding === 'same' ? 0 : (padding ?? 0), ceilMode, countsPadding };
  return pooled(network, fact.kind === 'max-pooling' ? 'max' : 'average', name, x, told);
}

export function maxPool(network: NetworkBuilder, name: LayerName, x: LayerName, options: PoolingOptions): LayerName {
  return asTold(network, 'max', name, x, options);
}

export function averagePool(network: NetworkBuilder, name: LayerName, x: LayerName, options: PoolingOptions): LayerName {
  return asTold(network, 'average', name, x, options);
}

/** Of two by two cells, of those that are there at the border: `ceil_mode` without `count_include_pad`. */
export function halvingAveragePool(network: NetworkBuilder, name: LayerName, x: LayerName): LayerName {
  if (isWindowPooling(network.facts.get(name))) return averagePool(network, name, x, { size: 2 });
  return network.layer('AveragePooling2D', name, [x], { pool_size: [2, 2], strides: [2, 2], padding: 'same', ...FORMAT });
}

/** As many cells as are wanted, whatever comes in. */
export function adaptiveAveragePool(network: NetworkBuilder, name: LayerName, x: LayerName, size: Pair): LayerName {
  return network.layer('AdaptiveAveragePooling2D', name, [x], { output_size: [...pairOf(size)] });
}
