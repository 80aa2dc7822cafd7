import { expect, it } from 'vitest';
import { classNamesFor, nameCounts, nameOrders } from './output-names.ts';

it('names stand as they are given, one for each class', () => {
  expect(classNamesFor(['a', 'b', 'c'], 3, 'softmax')).toEqual(['a', 'b', 'c']);
  expect(classNamesFor(['rainy', 'sunny'], 1, 'binary')).toEqual(['rainy', 'sunny']);
});

it('a single name of one unit is the unit’s', () => {
  expect(classNamesFor(['sunny'], 1, 'binary')).toEqual(['not sunny', 'sunny']);
  expect(classNamesFor(['age'], 1, 'number')).toEqual(['age']);
});

it('two names of one unit outlive its being read as a number: the second one is the unit’s', () => {
  expect(classNamesFor(['rainy', 'sunny'], 1, 'number')).toEqual(['sunny']);
});

it('without names there are numbers', () => {
  expect(classNamesFor([], 3, 'independent')).toEqual(['class 0', 'class 1', 'class 2']);
  expect(classNamesFor([], 1, 'binary')).toEqual(['class 0', 'class 1']);
  expect(classNamesFor([], 2, 'number')).toEqual(['output 0', 'output 1']);
  expect(classNamesFor([], 1, 'number')).toEqual(['output']);
});

it('one unit takes one name or two, others one for each', () => {
  expect(nameCounts(1)).toEqual([1, 2]);
  expect(nameCounts(5)).toEqual([5]);
});

it('ImageNet’s orders are those of 1000 outputs, and of 1001 with the background', () => {
  expect(nameOrders(1000)[0]).toBe('imagenet');
  expect(nameOrders(1001)).toEqual(['imagenet-background']);
  expect(nameOrders(999)).toEqual([]);
});
