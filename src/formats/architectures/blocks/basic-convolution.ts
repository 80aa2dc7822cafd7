/** A convolution without a bias, a normalisation and a ReLU, as GoogLeNet and Inception are made of. */
import type { ConvolutionOptions } from './convolution-options.ts';
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';

/** Of torchvision's `BasicConv2d`. */
const EPSILON = 1e-3;

export function basicConvolution(
  network: NetworkBuilder,
  module: string,
  x: LayerName,
  options: Omit<ConvolutionOptions, 'name'> = {},
): LayerName {
  const convolution = network.convolution(`${module}.conv`, x, options);
  return network.activation('relu', module, network.batchNorm(`${module}.bn`, convolution, { epsilon: EPSILON }));
}
