/** VGG (Simonyan & Zisserman, ICLR 2015), with and without batch normalisation, of any depth and width, with torchvision's or timm's head. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { adaptiveAveragePool, maxPool } from '../blocks/pooling.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { flattenedHead, headOfCells, takesEveryCell } from '../heads/flattened-head.ts';
import { flattened } from '../timm/features-only.ts';
import { likeliestReading, type Place, type Reading } from '../vgg/reading.ts';

/** How often VGG's own networks halve their maps. */
const POOLINGS = 5;

/**
 * Its convolutions in `features`, in their order.
 *
 * @throws Misfit where they stand too near or too far from each other
 */
function placesOf({ state }: NetworkBuilder): Place[] {
  const numbers = state.childrenOf('features').map(Number);
  const convolutions = numbers.filter((place) => state.shapeOf(`features.${place}.weight`)?.length === 4).sort((a, b) => a - b);
  let next = 0;
  return convolutions.map((place) => {
    const isAfterPooling = place === next + 1 && next > 0;
    if (!isAfterPooling && place !== next)
      throw state.misfit(`its convolution features.${place} stands where ${next} or ${next + 1} is expected`);
    const hasNorm = state.has(`features.${place + 1}.running_mean`);
    next = place + (hasNorm ? 3 : 2);
    return { place, hasNorm, isAfterPooling };
  });
}

/** A convolution, its normalisation where it has one, and its ReLU. */
function convolved(network: NetworkBuilder, x: LayerName, { place, hasNorm }: Place, padding: number): LayerName {
  const convolution = network.convolution(`features.${place}`, x, { kernel: 3, padding });
  const normed = hasNorm ? network.batchNorm(`features.${place + 1}`, convolution) : convolution;
  return network.activation('relu', `features.${place + (hasNorm ? 2 : 1)}`, normed);
}

const POOLED = [
  ['pooled', 'a max pooling, as in VGG’s own networks'],
  ['not-pooled', 'no max pooling'],
] as const;

const PADDED = [
  ['padded', 'zeros, so that maps keep their size'],
  ['not-padded', 'nothing, so that maps lose their border'],
] as const;

function withFirst<T>(options: readonly T[], isFirst: boolean): readonly T[] {
  return isFirst ? options : options.toReversed();
}

/** What numbers and shapes do not say: assumed as in VGG's own networks, or of somebody's own as suits the cells that its head takes. */
function readingOf(network: NetworkBuilder, places: readonly Place[]): Reading {
  const { state, choices } = network;
  const last = state.shapeOf(`features.${places.at(-1)?.place}.weight`)?.[0] ?? 1;
  const head = headOfCells(network, last);
  const { cells } = head;
  const poolings = places.filter(({ isAfterPooling }) => isAfterPooling).length;
  const mayBeOwn = cells > 1 && poolings < POOLINGS - 1 && !state.has('pre_logits.fc1.weight');
  const own = mayBeOwn && takesEveryCell(network, head) ? likeliestReading(places, cells, network.channelsOf('input') === 1) : null;
  const isOwn = own !== null || (mayBeOwn && Number.isInteger(Math.sqrt(cells)));
  const assumed = isOwn ? own : { padding: 1, isPooled: poolings >= POOLINGS - 1 };
  if (!assumed)
    throw state.misfit(
      `its head takes ${cells} cells of a map, and ${places.length} convolutions of 3 × 3 leave so many of no usual image`,
    );
  const padding =
    isOwn && choices.of('padding', 'Around the map before each convolution', withFirst(PADDED, assumed.padding === 1)) === 'not-padded';
  const pooling = choices.of(isOwn ? 'own-pooling' : 'last-pooling', 'After the last convolution', withFirst(POOLED, assumed.isPooled));
  return { padding: padding ? 0 : 1, isPooled: pooling === 'pooled' };
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
    const { state } = network;
    const told = network.sequence('features', { x: network.input('features.0.weight'), flattened: null });
    if (told) {
      flattenedHead(network, told.x, true);
      return;
    }
    const places = placesOf(network);
    const reading = readingOf(network, places);
    let x = 'input';
    for (const place of places) {
      if (place.isAfterPooling) x = maxPool(network, `features.${place.place - 1}`, x, { size: 2 });
      x = network.part(convolved(network, x, place, reading.padding));
    }
    const [last] = places.slice(-1);
    if (last && reading.isPooled) x = maxPool(network, `features.${last.place + (last.hasNorm ? 3 : 2)}`, x, { size: 2 });
    network.alsoCalled(x, 'features');
    const isWhole = reading.isPooled && places.filter(({ isAfterPooling }) => isAfterPooling).length === POOLINGS - 1;
    if (state.has('pre_logits.fc1.weight')) timmHead(network, x);
    else flattenedHead(network, x, isWhole);
  },
};
