/** MNASNet (Tan et al., CVPR 2019), of any width. */

import { moduleOutput, withShortcut } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { timmMobileNet } from '../timm/timm-mobile.ts';
import { MNASNET } from '../timm/timm-variants.ts';

/** Of the six stacks of blocks, by how many cells the first block moves on. */
const STRIDES = [2, 2, 2, 1, 2, 1];
/** The place of the first of them. */
const FIRST = 8;

/** A convolution, its normalisation and mostly a ReLU, at three places of a `Sequential`. */
function unit(network: NetworkBuilder, sequence: string, place: number, x: LayerName, stride = 1, isActivated = true): LayerName {
  const y = network.batchNorm(`${sequence}.${place + 1}`, network.convolution(`${sequence}.${place}`, x, { stride }));
  return isActivated ? network.activation('relu', `${sequence}.${place + 2}`, y) : y;
}

export function mnasBlock(network: NetworkBuilder, name: string, x: LayerName, stride: number): LayerName {
  const inner = `${name}.layers`;
  const y = unit(network, inner, 6, unit(network, inner, 3, unit(network, inner, 0, x), stride), 1, false);
  return withShortcut(network, name, x, network.alsoCalled(y, inner), stride === 1);
}

function torchvision(network: NetworkBuilder): void {
  const { state } = network;
  let x = unit(network, 'layers', 0, network.input('layers.0.weight'), 2);
  x = network.part(unit(network, 'layers', 6, unit(network, 'layers', 3, x), 1, false));
  for (const [stack, stride] of STRIDES.entries()) {
    const name = `layers.${FIRST + stack}`;
    const count = Math.max(1, state.countOf(name));
    for (let i = 0; i < count; i++) x = mnasBlock(network, `${name}.${i}`, x, i === 0 ? stride : 1);
    x = moduleOutput(network, name, x);
  }
  x = unit(network, 'layers', FIRST + STRIDES.length, x);
  network.alsoCalled(x, 'layers');
  classifierHead(network, network.globalAverage('avgpool', x));
}

export const mnasNet: ArchitectureFamily = {
  id: 'mnasnet',
  title: 'an MNASNet',
  anchors: ['layers.8.0.layers.0.weight', 'conv_stem.weight'],
  words: ['layers', 'classifier', 'blocks', 'conv_dw', 'conv_pw', 'conv_pwl', 'bn1', 'bn2', 'bn3', 'conv_stem', 'conv_head'],
  trunk: /^(layers|blocks|conv_stem|bn1|conv_head|bn2)(\.|$)/,
  assumes: 'ReLUs, padding, the stages’ strides (1, 2, 2, 2, 1, 2, 1) and the pooling at the end are those of the paper',
  build: (network) => (network.state.has('conv_stem.weight') ? timmMobileNet(network, MNASNET) : torchvision(network)),
};
