/** By how many cells stages of inverted residual blocks move on: their weights do not say. */
import type { NetworkBuilder } from '../blocks/network-builder.ts';

/** Of the seven stages of MobileNet V2, MNASNet and EfficientNets; the second version of these may do without the last. */
export const PAPER_STRIDES: readonly number[] = [1, 2, 2, 2, 1, 2, 1];

const LEAST_OF_PAPER = 6;

/** @param count of stages, at most the paper's */
export function stageStrides({ choices }: NetworkBuilder, count: number): readonly number[] {
  const ofPaper = PAPER_STRIDES.slice(0, count);
  const halving = ofPaper.map((_, stage) => (stage === 0 ? 1 : 2));
  if (count >= LEAST_OF_PAPER || ofPaper.join() === halving.join()) return ofPaper;
  const chosen = choices.of('stage-strides', 'Strides of the stages', [
    ['paper', `${ofPaper.join(', ')} (the first of the paper’s)`],
    ['halving', `${halving.join(', ')} (each but the first)`],
  ]);
  return chosen === 'halving' ? halving : ofPaper;
}
