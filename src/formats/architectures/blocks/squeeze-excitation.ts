/** Squeeze and excitation (Hu et al., CVPR 2018): channels are weighted by a gate that is made of their averages. */
import type { Json } from '../../network/artifacts.ts';
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';

export interface ExcitationOptions {
  /** The convolutions of one cell, below the module: `fc1` and `fc2`, as torchvision and most of timm call them. */
  readonly squeeze?: string;
  readonly excite?: string;
  /** Between them. */
  readonly activation?: Json;
  readonly gate?: Json;
}

/** Takes the module's name; its parts are called by theirs. */
export function squeezeExcitation(
  network: NetworkBuilder,
  module: string,
  x: LayerName,
  { squeeze = 'fc1', excite = 'fc2', activation = 'relu', gate = 'sigmoid' }: ExcitationOptions = {},
  /** What the result is called, and its parts without weights below that. */
  name = module,
): LayerName {
  const pooled = network.globalAverage(`${name}.avgpool`, x, { isMap: true });
  const reduced = network.activation(activation, `${name}.activation`, network.convolution(`${module}.${squeeze}`, pooled, { kernel: 1 }), [
    `${module}.relu`,
    `${module}.act1`,
  ]);
  const excited = network.convolution(`${module}.${excite}`, reduced, { kernel: 1 });
  return network.multiply(name, x, network.activation(gate, `${name}.scale_activation`, excited, [`${module}.gate`]));
}
