import { saysItsStride } from '../modules/module-facts.ts';
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';

/** How a network begins: its first convolution may move on by two cells, and a max pooling may follow. */
export type StemSize = 'kept' | 'halved-twice' | 'pooled';

const POOLED = ['pooled', 'stride 1, then a max pooling'] as const;
const KEPT = ['kept', 'stride 1, no pooling (made for small images)'] as const;
const HALVED = ['halved-twice', 'stride 2, then a max pooling'] as const;

/** What was made for small images, such as CIFAR's, neither moves on in the first convolution nor pools after it: weights do not tell. */
export function stemSize({ state, choices, facts }: NetworkBuilder, convolution: LayerName, pooling: LayerName): StemSize {
  // What the two say of themselves goes before what is assumed of them.
  const isStrideTold = saysItsStride(facts.get(convolution));
  if (isStrideTold && facts.has(pooling)) return 'halved-twice';
  if ((state.shapeOf(`${convolution}.weight`)?.[2] ?? 0) > 3) return 'halved-twice';
  return choices.of('stem', 'Beginning of the network', isStrideTold ? [KEPT, POOLED] : [KEPT, HALVED, POOLED]);
}
