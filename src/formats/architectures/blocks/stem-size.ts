import type { NetworkBuilder } from './network-builder.ts';

/** How a network begins: its first convolution may move on by two cells, and a max pooling may follow. */
export type StemSize = 'kept' | 'halved-twice' | 'pooled';

/** What was made for small images, such as CIFAR's, neither moves on in the first convolution nor pools after it: weights do not tell. */
export function stemSize({ state, choices }: NetworkBuilder, weight: string): StemSize {
  if ((state.shapeOf(weight)?.[2] ?? 0) > 3) return 'halved-twice';
  return choices.of('stem', 'Beginning of the network', [
    ['kept', 'stride 1, no pooling (made for small images)'],
    ['halved-twice', 'stride 2, then a max pooling'],
    ['pooled', 'stride 1, then a max pooling'],
  ]);
}
