import { expect, it } from 'vitest';
import { cutBlockName } from './cut-block-name.ts';

it('a block’s name is cut before its number, which tells it from the next one', () => {
  expect(['features.12', 'block_16', 'conv5', 'layer1.0', '3', 'stem', 'conv2d_transpose'].map(cutBlockName)).toEqual([
    { head: 'features', tail: '.12' },
    { head: 'block', tail: '_16' },
    { head: 'conv', tail: '5' },
    { head: 'layer', tail: '1.0' },
    { head: '', tail: '3' },
    { head: 'stem', tail: '' },
    { head: 'conv2d_transpose', tail: '' },
  ]);
});
