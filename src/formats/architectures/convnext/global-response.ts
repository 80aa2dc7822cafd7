/** Global response normalisation (Woo et al., *ConvNeXt V2*, CVPR 2023): channels by how strong they are in the whole map, beside the others. */
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';

const EPSILON = 1e-6;
/** Of a map of zeros, the root has no derivative; what is added up is never below zero, and float32 has smaller numbers. */
const LEAST = 1e-30;

/** By timm and transformers, and by the authors. */
const NAMES = [
  ['weight', 'bias'],
  ['gamma', 'beta'],
] as const;

function over(network: NetworkBuilder, name: LayerName, x: LayerName, kind: 'sum' | 'mean', axes: readonly number[]): LayerName {
  const channels = axes.includes(3) ? 1 : network.channelsOf(x);
  return network.layer('Reduction', name, [x], { function: kind, axes: [...axes], keepdims: true }, channels);
}

/** `x + weight * (x * n / mean(n)) + bias`, where `n` is the length of each channel's map. */
export function globalResponse(network: NetworkBuilder, module: string, x: LayerName): LayerName {
  const { state } = network;
  const channels = network.channelsOf(x);
  const [weight, bias] = NAMES.find(([name]) => state.has(`${module}.${name}`)) ?? NAMES[0];
  const take = (own: string) => {
    const name = `${module}.${own}`;
    // The authors' have a side for each of the map's.
    const sides = (state.shapeOf(name) ?? [channels]).length;
    const { values, source } = state.take(name, [...Array.from({ length: sides - 1 }, () => 1), channels]);
    return { shape: [channels], values, source };
  };
  const filled = (value: number) => ({ shape: [channels], values: new Float32Array(channels).fill(value), source: module });
  const applied = (name: string, input: LayerName, activation: string | { class_name: string; config: { minimum: number } }) =>
    network.layer('Activation', `${module}.${name}`, [input], { activation });
  const sum = over(network, `${module}.sum`, applied('square', x, 'square'), 'sum', [1, 2]);
  const least = applied('least', sum, { class_name: 'clipOf', config: { minimum: LEAST } });
  const length = applied('length', least, 'squareRoot');
  const mean = over(network, `${module}.mean`, length, 'mean', [3]);
  const above = network.layer('Rescaling', `${module}.above`, [mean], { scale: 1, offset: EPSILON });
  const share = network.layer('Divide', `${module}.share`, [length, above], {}, channels);
  const scaled = network.multiply(`${module}.scaled`, x, share);
  const affine = `${module}.affine`;
  network.weightsOf(affine, { gamma: take(weight), beta: take(bias), moving_mean: filled(0), moving_variance: filled(1) });
  network.layer('BatchNormalization', affine, [scaled], { axis: -1, momentum: 0.9, epsilon: 0, center: true, scale: true });
  return network.add(module, [x, affine]);
}
