import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const KNOWN = ['model', 'methods', 'memory', 'layer', 'class', 'out', 'output', 'preprocessing'];

it.each([
  ['modle', 'model'],
  ['Layer', 'layer'],
  ['layers', 'layer'],
  ['clas', 'class'],
  ['method', 'methods'],
  ['prepro', 'preprocessing'],
  ['ouput', 'output'],
  ['depth', null],
  ['m', null],
  ['xyz', null],
])('%s is %s mistyped', (given, meant) => {
  expect(nearest(given, KNOWN)).toBe(meant);
});
