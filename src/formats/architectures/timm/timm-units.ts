/** The units that timm builds its networks of. A normalisation and its activation are one module there. */
import type { Json } from '../../network/artifacts.ts';
import type { ConvolutionOptions } from '../blocks/convolution-options.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';

/** Zeros on every side, as torch has them, or as TensorFlow's SAME has them: more at the end, where they do not come out even. */
export type TimmPadding = 'symmetric' | 'same';

export interface TimmUnit {
  /** By Keras' names; null: none. */
  readonly activation: Json | null;
  readonly epsilon: number;
  readonly padding: TimmPadding;
}

export function timmConvolution(
  network: NetworkBuilder,
  module: string,
  x: LayerName,
  padding: TimmPadding,
  options: ConvolutionOptions = {},
): LayerName {
  return network.convolution(module, x, { ...options, ...(padding === 'same' && { padding }) });
}

/** timm's `BatchNormAct2d`, which normalises, drops nothing where it only runs (`drop`), and activates. */
export function timmNormAct(
  network: NetworkBuilder,
  module: string,
  x: LayerName,
  { activation, epsilon }: TimmUnit,
  name = module,
): LayerName {
  if (activation === null) return network.alsoCalled(network.batchNorm(module, x, { name, epsilon }), `${module}.drop`, `${module}.act`);
  return network.alsoCalled(
    network.activation(activation, name, network.batchNorm(module, x, { name: `${module}.drop`, epsilon }), [`${module}.act`]),
    `${module}.act`,
  );
}

/** timm's `ConvNormAct`: its last layer has the name of the unit. */
export function timmConvNormAct(
  network: NetworkBuilder,
  module: string,
  x: LayerName,
  { stride = 1, kernel, ...unit }: TimmUnit & Pick<ConvolutionOptions, 'stride' | 'kernel'>,
): LayerName {
  const y = timmConvolution(network, `${module}.conv`, x, unit.padding, { stride, ...(kernel !== undefined && { kernel }) });
  return network.alsoCalled(timmNormAct(network, `${module}.bn`, y, unit, module), `${module}.bn`);
}
