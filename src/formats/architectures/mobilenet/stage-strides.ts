/** By how many cells stages of inverted residual blocks move on: their weights do not say. */
import type { NetworkBuilder } from '../blocks/network-builder.ts';

/** Of the seven stages of MobileNet V2, MNASNet and EfficientNets; the second version of these may do without the last. */
export const PAPER_STRIDES: readonly number[] = [1, 2, 2, 2, 1, 2, 1];

const LEAST_OF_PAPER = 6;

const CHOICE = 'stage-strides';
const OWN = ['own', 'others, block by block'] as const;

/**
 * @param count of stages, at most the paper's
 * @param blocks where they are none of the paper's, so that each may be said to move on or not
 * @returns of the stages' first blocks; null where every block says its own
 */
export function stageStrides(
  { choices, isTold }: NetworkBuilder,
  count: number,
  blocks: 'paper' | 'own' = 'paper',
): readonly number[] | null {
  const ofPaper = PAPER_STRIDES.slice(0, count);
  const halving = ofPaper.map((_, stage) => (stage === 0 ? 1 : 2));
  const isOpen = blocks === 'own' && !isTold;
  const isHalved = ofPaper.join() === halving.join();
  if (!isOpen && (count >= LEAST_OF_PAPER || isHalved)) return ofPaper;
  const chosen = choices.of<'paper' | 'halving' | 'own'>(CHOICE, 'Strides of the stages', [
    ['paper', `${ofPaper.join(', ')} (${count < PAPER_STRIDES.length ? 'the first of the paper’s' : 'the paper’s'})`],
    ...(isHalved ? [] : [['halving', `${halving.join(', ')} (each but the first)`] as const]),
    ...(isOpen ? [OWN] : []),
  ]);
  if (chosen === 'own') return null;
  return chosen === 'halving' ? halving : ofPaper;
}

/** Of one block, where every one says its own. @param assumed the paper's */
export function blockStride({ choices }: NetworkBuilder, block: string, assumed: number): number {
  const order = [1, 2].sort((a, b) => Number(b === assumed) - Number(a === assumed));
  return Number(
    choices.of(
      `stride-${block}`,
      `Stride of ${block}`,
      order.map((stride) => [String(stride), String(stride)]),
    ),
  );
}
