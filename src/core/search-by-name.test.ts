import { expect, it } from 'vitest';
import { searchByName } from './search-by-name.ts';

it('finds entries by any part of their name, the whole name first', () => {
  const entries = ['conv1_conv', 'conv2_relu', 'conv2_conv', 'relu'].map((name) => ({ name }));
  const found = (query: string) => searchByName(entries, ({ name }) => name, query).map(({ name }) => name);
  expect(found('relu')).toEqual(['relu', 'conv2_relu']);
  expect(found('CONV2_')).toEqual(['conv2_relu', 'conv2_conv']);
  expect(found('')).toHaveLength(4);
  expect(found('pool')).toEqual([]);
});
