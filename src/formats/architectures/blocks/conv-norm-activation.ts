/** The units that torchvision builds its newer networks of: a convolution, a normalisation and, mostly, an activation. */
import type { Json } from '../../network/artifacts.ts';
import type { ConvolutionOptions } from './convolution-options.ts';
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';

export interface UnitOptions extends ConvolutionOptions {
  /** By Keras' names; null: none. */
  readonly activation: Json | null;
  readonly epsilon: number;
}

/** torchvision's `Conv2dNormActivation`, a `Sequential`: its last layer has the name of the unit. */
export function convNormActivation(
  network: NetworkBuilder,
  module: string,
  x: LayerName,
  { activation, epsilon, ...options }: UnitOptions,
): LayerName {
  const y = network.convolution(`${module}.0`, x, options);
  if (activation === null) return network.alsoCalled(network.batchNorm(`${module}.1`, y, { name: module, epsilon }), `${module}.1`);
  return network.alsoCalled(
    network.activation(activation, module, network.batchNorm(`${module}.1`, y, { epsilon }), [`${module}.2`]),
    `${module}.2`,
  );
}

/** A module that gives what its last layer gave. */
export function moduleOutput(network: NetworkBuilder, module: string, x: LayerName): LayerName {
  return network.part(network.output(module, x));
}

/** A block that adds its input to its result, where their shapes allow it and it does so. */
export function withShortcut(network: NetworkBuilder, block: string, x: LayerName, y: LayerName, isKept: boolean): LayerName {
  const fact = network.facts.get(block);
  const told = fact?.kind === 'module' ? fact.hasShortcut : null;
  if (!(told ?? isKept) || network.channelsOf(x) !== network.channelsOf(y)) return moduleOutput(network, block, y);
  // Nothing is dropped where a network only runs.
  network.alsoCalled(y, `${block}.stochastic_depth`, `${block}.drop_path`);
  return network.part(network.add(block, [y, x]));
}
