import { describe, expect, it } from 'vitest';
import type { BlockShape } from '../blocks/sequential-block.ts';
import { rowsOf } from './v3-rows.ts';

type Form = readonly [kernel: number, hasExcitation: boolean, takes: number, gives: number];

function blocksOf(forms: readonly Form[]): BlockShape[] {
  return forms.map(([kernel, hasExcitation, takes, gives], i) => ({
    name: `features.${i + 1}`,
    kernel,
    hasExcitation,
    isDepthwise: true,
    takes,
    gives,
  }));
}

const LARGE: readonly Form[] = [
  [3, false, 16, 16],
  [3, false, 16, 24],
  [3, false, 24, 24],
  [5, true, 24, 40],
  [5, true, 40, 40],
  [5, true, 40, 40],
  [3, false, 40, 80],
  [3, false, 80, 80],
  [3, false, 80, 80],
  [3, false, 80, 80],
  [3, true, 80, 112],
  [3, true, 112, 112],
  [5, true, 112, 160],
  [5, true, 160, 160],
  [5, true, 160, 160],
];

const SMALL: readonly Form[] = [
  [3, true, 16, 16],
  [3, false, 16, 24],
  [3, false, 24, 24],
  [5, true, 24, 40],
  [5, true, 40, 40],
  [5, true, 40, 40],
  [5, true, 40, 48],
  [5, true, 48, 48],
  [5, true, 48, 96],
  [5, true, 96, 96],
  [5, true, 96, 96],
];

describe('a MobileNet V3', () => {
  it.each([
    ['large', LARGE],
    ['small', SMALL],
  ])('that is the %s one has its rows, and one of another depth has them too where it has the same blocks', (_size, forms) => {
    const table = rowsOf(blocksOf(forms));
    expect(table.isAssumed).toBe(false);
    const shorter = rowsOf(blocksOf(forms.slice(0, -1)));
    expect(shorter).toEqual({ isAssumed: true, rows: table.rows.slice(0, -1) });
    const last = forms.at(-1) as Form;
    const longer = rowsOf(blocksOf([...forms, last]));
    expect(longer).toEqual({ isAssumed: true, rows: [...table.rows, table.rows.at(-1)] });
  });

  it('that is narrow has its rows, though its stages have equally many channels', () => {
    const narrow = (forms: readonly Form[]) => blocksOf(forms.map(([kernel, hasExcitation]) => [kernel, hasExcitation, 8, 8]));
    expect(rowsOf(narrow(SMALL)).rows).toEqual(rowsOf(blocksOf(SMALL)).rows);
    expect(rowsOf(narrow(LARGE)).rows).toEqual(rowsOf(blocksOf(LARGE)).rows);
  });

  it('large has strides and activations of the paper’s table 1', () => {
    const { rows } = rowsOf(blocksOf(LARGE));
    expect(rows.map(({ stride }) => stride)).toEqual([1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1]);
    expect(rows.map(({ activation }) => activation === 'relu')).toEqual([...Array(6).fill(true), ...Array(9).fill(false)]);
  });
});
