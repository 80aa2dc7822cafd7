import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';

/** Each channel times a number of its own, such as ConvNeXt's layer scale. @param tensorName of shape `[channels]`, `[channels, 1, 1]` */
export function channelScale(network: NetworkBuilder, tensorName: string, x: LayerName): LayerName {
  const channels = network.channelsOf(x);
  const shape = (network.state.shapeOf(tensorName) ?? [channels]).map((_, i) => (i === 0 ? channels : 1));
  const { values, source } = network.state.take(tensorName, shape);
  const constant = (value: number) => ({ shape: [channels], values: new Float32Array(channels).fill(value), source });
  network.weightsOf(tensorName, {
    gamma: { shape: [channels], values, source },
    moving_mean: constant(0),
    moving_variance: constant(1),
  });
  return network.layer('BatchNormalization', tensorName, [x], { axis: -1, momentum: 0.9, epsilon: 0, center: false, scale: true });
}
