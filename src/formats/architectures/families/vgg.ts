/** VGG (Simonyan & Zisserman, ICLR 2015), with and without batch normalisation, of any depth and width, with torchvision's or timm's head. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { adaptiveAveragePool, maxPool } from '../blocks/pooling.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { flattenedHead } from '../heads/flattened-head.ts';
import { flattened } from '../timm/features-only.ts';

/** How often VGG's own networks halve their maps. */
const POOLINGS = 5;

/** The places of its convolutions in `features`, in their order. */
function convolutionPlaces({ state }: NetworkBuilder): number[] {
  const places = state.childrenOf('features').map(Number);
  return places.filter((place) => state.shapeOf(`features.${place}.weight`)?.length === 4).sort((a, b) => a - b);
}

/** A convolution, its normalisation where it has one, and its ReLU. @returns the place after them */
function convolved(network: NetworkBuilder, x: LayerName, place: number): { readonly x: LayerName; readonly next: number } {
  const hasNorm = network.state.has(`features.${place + 1}.running_mean`);
  const convolution = network.convolution(`features.${place}`, x, { kernel: 3 });
  const normed = hasNorm ? network.batchNorm(`features.${place + 1}`, convolution) : convolution;
  const next = place + (hasNorm ? 3 : 2);
  return { x: network.activation('relu', `features.${next - 1}`, normed), next };
}

/** timm keeps the two hidden layers as convolutions. */
function timmHead(network: NetworkBuilder, x: LayerName): void {
  const { state } = network;
  const [, , rows = 7, columns = 7] = state.shapeOf('pre_logits.fc1.weight') ?? [];
  let y = adaptiveAveragePool(network, 'pre_logits.pool', x, [rows, columns]);
  y = network.activation('relu', 'pre_logits.act1', network.convolution('pre_logits.fc1', y, { padding: 0 }));
  y = network.activation('relu', 'pre_logits.act2', network.convolution('pre_logits.fc2', y, { kernel: 1 }));
  classifierHead(network, network.globalAverage('head.global_pool', y));
}

export const vgg: ArchitectureFamily = {
  id: 'vgg',
  title: 'a VGG',
  anchors: ['features.0.weight'],
  words: ['features', 'classifier'],
  trunk: /^(features|pre_logits)(\.|$)/,
  assumes:
    'a ReLU after every convolution, max pooling where the numbering leaves a place for one, and the head’s pooling are torchvision’s',
  rename: (name) => flattened(name, 'features', '\\d'),
  build(network) {
    const { state, choices } = network;
    const told = network.sequence('features', { x: network.input('features.0.weight'), flattened: null });
    if (told) {
      flattenedHead(network, told.x);
      return;
    }
    const places = convolutionPlaces(network);
    let x = 'input';
    let next = 0;
    let poolings = 0;
    for (const place of places) {
      if (place === next + 1 && next > 0) {
        x = maxPool(network, `features.${next}`, x, { size: 2 });
        poolings++;
      } else if (place !== next) throw state.misfit(`its convolution features.${place} stands where ${next} or ${next + 1} is expected`);
      ({ x, next } = convolved(network, x, place));
      network.part(x);
    }
    const [whole, cut] = [
      ['pooled', 'a max pooling, as in VGG’s own networks'],
      ['not-pooled', 'no max pooling'],
    ] as const;
    const order = poolings >= POOLINGS - 1 ? [whole, cut] : [cut, whole];
    if (choices.of('last-pooling', 'After the last convolution', order) === 'pooled')
      x = maxPool(network, `features.${next}`, x, { size: 2 });
    network.alsoCalled(x, 'features');
    if (state.has('pre_logits.fc1.weight')) timmHead(network, x);
    else flattenedHead(network, x);
  },
};
