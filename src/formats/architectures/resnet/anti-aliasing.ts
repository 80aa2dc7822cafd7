/** What timm does to maps before it moves on by two cells, so that no pattern is folded: it has no weights. */
import type { Json } from '../../network/artifacts.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { averagePool } from '../blocks/pooling.ts';
import type { AntiAliasing } from './variant.ts';

/** Parts of a map, by rows or by columns. */
function cut(network: NetworkBuilder, name: LayerName, x: LayerName, axis: 1 | 2, from: number, to: number): LayerName {
  const all: Json = [null, null, 1];
  const own: Json = [from, to, 1];
  return network.layer('Slice', name, [x], { slices: axis === 1 ? [all, own, all, all] : [all, all, own, all] });
}

/** One more cell on every side, as a mirror in the cells at the border would show it. */
function mirrored(network: NetworkBuilder, name: LayerName, x: LayerName): LayerName {
  const channels = network.channelsOf(x);
  let y = x;
  for (const [side, axis] of [
    ['rows', 1],
    ['columns', 2],
  ] as const) {
    const before = cut(network, `${name}.${side}.before`, y, axis, 1, 2);
    const after = cut(network, `${name}.${side}.after`, y, axis, -2, -1);
    y = network.layer('Concatenate', `${name}.${side}`, [before, y, after], { axis }, channels);
  }
  return y;
}

const TAPS = [0.25, 0.5, 0.25];

function blurred(network: NetworkBuilder, name: LayerName, x: LayerName, stride: number): LayerName {
  const channels = network.channelsOf(x);
  const values = Float32Array.from(TAPS.flatMap((row) => TAPS.flatMap((column) => Array.from({ length: channels }, () => row * column))));
  const padded = mirrored(network, `${name}.pad`, x);
  network.weightsOf(name, { depthwise_kernel: { shape: [3, 3, channels, 1], values, source: name } });
  return network.layer('DepthwiseConv2D', name, [padded], {
    kernel_size: [3, 3],
    strides: [stride, stride],
    padding: 'valid',
    dilation_rate: [1, 1],
    depth_multiplier: 1,
    activation: 'linear',
    use_bias: false,
    data_format: 'channels_last',
  });
}

export function antiAliased(network: NetworkBuilder, kind: AntiAliasing, name: LayerName, x: LayerName, stride: number): LayerName {
  if (kind === 'blur') return blurred(network, name, x, stride);
  return kind === 'average' && stride > 1 ? averagePool(network, name, x, { size: stride }) : x;
}
