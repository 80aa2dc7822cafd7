/** How the blocks of a MobileNet V3 move on, and how they are activated: neither follows from their weights. */
import type { BlockShape } from '../blocks/sequential-block.ts';

interface Row {
  readonly kernel: number;
  readonly hasExcitation: boolean;
  readonly stride: number;
  readonly activation: string;
}

/** `5s 2 hs`: kernels of 5, squeeze and excitation, moving on by two cells, Hardswish. */
function row(text: string): Row {
  const [kernel = '', stride = '', activation = ''] = text.split(' ');
  return {
    kernel: Number.parseInt(kernel, 10),
    hasExcitation: kernel.endsWith('s'),
    stride: Number(stride),
    activation: activation === 'hs' ? 'hard_silu' : 'relu',
  };
}

/** Tables 1 and 2 of the paper, a row for each block. */
const LARGE = '3 1 re|3 2 re|3 1 re|5s 2 re|5s 1 re|5s 1 re|3 2 hs|3 1 hs|3 1 hs|3 1 hs|3s 1 hs|3s 1 hs|5s 2 hs|5s 1 hs|5s 1 hs'
  .split('|')
  .map(row);
const SMALL = '3s 2 re|3 2 re|3 1 re|5s 2 hs|5s 1 hs|5s 1 hs|5s 1 hs|5s 1 hs|5s 2 hs|5s 1 hs|5s 1 hs'.split('|').map(row);

function isTable(table: readonly Row[], blocks: readonly BlockShape[]): boolean {
  return (
    table.length === blocks.length &&
    table.every(({ kernel, hasExcitation }, i) => kernel === blocks[i]?.kernel && hasExcitation === blocks[i]?.hasExcitation)
  );
}

/**
 * What both tables have in common, for other depths: a stage begins where the number of channels, the kernel, or squeeze and excitation is another
 * than before, and moves on by two cells, but for the last but one, and for the first block where it has no squeeze and excitation; from a
 * sixteenth of the image on, activations are Hardswish.
 */
function assumedRows(blocks: readonly BlockShape[]): Row[] {
  const beginnings = blocks.flatMap(({ takes, gives, kernel, hasExcitation }, i) => {
    const before = blocks[i - 1];
    const isOther = takes !== gives || kernel !== before?.kernel || hasExcitation !== before.hasExcitation;
    return before && isOther ? [i] : [];
  });
  let reduction = 2;
  return blocks.map(({ kernel, hasExcitation }, i) => {
    const isBeginning = beginnings.includes(i) && i !== beginnings.at(-2);
    const stride = isBeginning || (i === 0 && hasExcitation) ? 2 : 1;
    reduction *= stride;
    return { kernel, hasExcitation, stride, activation: reduction >= 16 ? 'hard_silu' : 'relu' };
  });
}

export function rowsOf(blocks: readonly BlockShape[]): { readonly rows: readonly Row[]; readonly isAssumed: boolean } {
  const table = [LARGE, SMALL].find((known) => isTable(known, blocks));
  return { rows: table ?? assumedRows(blocks), isAssumed: !table };
}
