/** AlexNet as torchvision has it (Krizhevsky, *One weird trick for parallelizing convolutional neural networks*, 2014), of any width. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { maxPool } from '../blocks/pooling.ts';
import type { ArchitectureFamily } from '../family.ts';
import { flattenedHead } from '../heads/flattened-head.ts';

interface Stage {
  readonly place: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly isPooled: boolean;
}

const STAGES: readonly Stage[] = [
  { place: 0, kernel: 11, stride: 4, padding: 2, isPooled: true },
  { place: 3, kernel: 5, stride: 1, padding: 2, isPooled: true },
  { place: 6, kernel: 3, stride: 1, padding: 1, isPooled: false },
  { place: 8, kernel: 3, stride: 1, padding: 1, isPooled: false },
  { place: 10, kernel: 3, stride: 1, padding: 1, isPooled: true },
];

function stage(network: NetworkBuilder, x: LayerName, { place, kernel, stride, padding, isPooled }: Stage): LayerName {
  const convolution = network.convolution(`features.${place}`, x, { kernel, stride, padding });
  const active = network.activation('relu', `features.${place + 1}`, convolution);
  return network.part(isPooled ? maxPool(network, `features.${place + 2}`, active, { size: 3, stride: 2 }) : active);
}

export const alexnet: ArchitectureFamily = {
  id: 'alexnet',
  title: 'an AlexNet',
  anchors: ['features.0.weight'],
  words: ['features', 'classifier'],
  trunk: /^features(\.|$)/,
  assumes: 'strides, padding, ReLUs and pooling are torchvision’s',
  build(network) {
    let x = network.input('features.0.weight');
    for (const one of STAGES) x = stage(network, x, one);
    flattenedHead(network, network.alsoCalled(x, 'features'), true);
  },
};
