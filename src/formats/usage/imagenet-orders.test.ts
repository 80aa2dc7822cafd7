import { describe, expect, it } from 'vitest';
import { IMAGENET_NAMES } from './imagenet-names.ts';
import { imageNetNames } from './imagenet-orders.ts';

describe('ImageNet’s names', () => {
  it('in Keras’ and torchvision’s order are as they stand', () => {
    expect(imageNetNames('imagenet')).toBe(IMAGENET_NAMES);
  });

  it('in Darknet’s order are the same names, each once', () => {
    expect(imageNetNames('imagenet-darknet').toSorted()).toEqual(IMAGENET_NAMES.toSorted());
  });

  it.each([
    [0, 'kit fox'],
    [1, 'English setter'],
    [2, 'Siberian husky'],
    [340, 'banjo'],
    [344, 'acoustic guitar'],
    [345, 'electric guitar'],
    [428, 'crane (bird)'],
    [544, 'crane (machine)'],
  ])('in Darknet’s order: number %i is the %s', (index, name) => {
    expect(imageNetNames('imagenet-darknet')[index]).toBe(name);
  });

  it('of 1001 outputs begin with the background', () => {
    const names = imageNetNames('imagenet-background');
    expect(names).toHaveLength(1001);
    expect([names[0], names[1], names[1000]]).toEqual(['background', 'tench', 'toilet tissue']);
  });
});
