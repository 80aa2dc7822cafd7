/** In what ResNets of the same weights differ: where and how they move on by more than a cell. */
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { saysItsStride } from '../modules/module-facts.ts';

/** Where a bottleneck moves on: torchvision and timm do it in the middle, the paper and Caffe's models at the beginning. */
export type StridePlace = 'conv2' | 'conv1';

/** What timm may do before it moves on, without any weights: averages of 2 × 2 cells, or a blur by 1 2 1. */
export type AntiAliasing = 'none' | 'average' | 'blur';

export interface BlockStrides {
  readonly stride: number;
  /** Of the first convolution of 3 × 3, and of those after it. */
  readonly firstDilation: number;
  readonly dilation: number;
  readonly antiAliasing: AntiAliasing;
}

export const UNSTRIDED: BlockStrides = { stride: 1, firstDilation: 1, dilation: 1, antiAliasing: 'none' };

/** Where a whole module says it, nothing is left to choose. */
function isTold({ facts }: NetworkBuilder): boolean {
  return saysItsStride(facts.get('layer1.0.conv1'));
}

export function stridePlace(network: NetworkBuilder, first: StridePlace): StridePlace {
  const options = [
    ['conv2', 'in the 3 × 3 convolution (torchvision, timm)'],
    ['conv1', 'in the first 1 × 1 convolution (the paper, Caffe)'],
  ] as const;
  if (isTold(network)) return 'conv2';
  return network.choices.of('bottleneck-stride', 'Stride of bottlenecks', first === 'conv1' ? [...options].reverse() : options);
}

/** @returns how many of the last stages are dilated instead of moving on by two cells */
function dilatedStages(network: NetworkBuilder, stages: number): number {
  if (isTold(network) || stages < 2) return 0;
  const reduced = 2 ** (stages + 1);
  const label = (count: number) => `dilated in the last ${count === 1 ? 'one' : count} (output stride ${reduced / 2 ** count})`;
  const counts = [1, 2, 3].filter((count) => count < stages);
  const chosen = network.choices.of('dilated-stages', 'Strides of the stages', [
    ['0', '2 at the beginning of each but the first'],
    ...counts.map((count) => [String(count), label(count)] as const),
  ]);
  return Number(chosen);
}

const NAMED: readonly (readonly [RegExp, AntiAliasing])[] = [
  [/resne(t|xt)aa/i, 'average'],
  [/resne(t|xt)blur/i, 'blur'],
];

function antiAliasing(network: NetworkBuilder): AntiAliasing {
  if (isTold(network)) return 'none';
  const options: readonly (readonly [AntiAliasing, string])[] = [
    ['none', 'none'],
    ['average', 'averages of 2 × 2 cells (timm’s resnetaa)'],
    ['blur', 'a blur (timm’s resnetblur)'],
  ];
  const named = NAMED.find(([pattern]) => pattern.test(network.named))?.[1] ?? 'none';
  const sorted = [...options].sort(([a], [b]) => Number(b === named) - Number(a === named));
  return network.choices.of('anti-aliasing', 'Anti-aliasing before strides', sorted);
}

/** How each of its blocks moves on, and what the pooling at its beginning does. */
export class ResNetVariant {
  readonly antiAliasing: AntiAliasing;
  readonly #stages: number;
  readonly #dilated: number;

  constructor(network: NetworkBuilder, stages: number) {
    this.#stages = stages;
    this.#dilated = dilatedStages(network, stages);
    this.antiAliasing = antiAliasing(network);
  }

  #dilationAfter(stage: number): number {
    return 2 ** Math.max(0, stage - (this.#stages - this.#dilated));
  }

  /** @param stage the first is 1 */
  strides(stage: number, block: number): BlockStrides {
    const dilation = this.#dilationAfter(stage);
    const firstDilation = block === 0 ? this.#dilationAfter(stage - 1) : dilation;
    const isDilated = dilation !== this.#dilationAfter(stage - 1);
    const stride = block === 0 && stage > 1 && !isDilated ? 2 : 1;
    return { stride, firstDilation, dilation, antiAliasing: this.antiAliasing };
  }
}
