import { expect, it } from 'vitest';
import { IMAGENET_NAMES } from './imagenet-names.ts';

it('there are 1000 names', () => {
  expect(IMAGENET_NAMES).toHaveLength(1000);
  expect(IMAGENET_NAMES.filter((name) => name === '' || name !== name.trim())).toEqual([]);
});

it('no two are called alike, whatever the case', () => {
  expect(new Set(IMAGENET_NAMES.map((name) => name.toLowerCase())).size).toBe(1000);
});

it.each([
  [0, 'tench'],
  [1, 'goldfish'],
  [99, 'goose'],
  [100, 'black swan'],
  [134, 'crane (bird)'],
  [207, 'golden retriever'],
  [208, 'Labrador retriever'],
  [281, 'tabby'],
  [282, 'tiger cat'],
  [285, 'Egyptian cat'],
  [404, 'airliner'],
  [517, 'crane (machine)'],
  [638, 'maillot'],
  [639, 'maillot (tank suit)'],
  [817, 'sports car'],
  [950, 'orange'],
  [999, 'toilet tissue'],
])('class %i is the %s', (index, name) => {
  expect(IMAGENET_NAMES[index]).toBe(name);
});
