import { expect, it } from 'vitest';
import { CHOICES } from './choices.ts';
import { parseOptions, USAGE } from './options.ts';

it('every model can be named, and is in the usage', () => {
  for (const choice of CHOICES) {
    expect(parseOptions([choice.name])).toEqual({ choice, again: false });
    expect(parseOptions(['--again', choice.name])).toEqual({ choice, again: true });
    expect(USAGE).toContain(`  ${choice.name} `);
  }
  expect(CHOICES.map(({ name }) => name)).toEqual(['resnet50', 'densenet169-imagenet']);
});

it.each([[[]], [['vgg16']], [['resnet50', 'densenet169-imagenet']], [['resnet50', '--twice']]])('%j makes no sense', (given) => {
  expect(() => parseOptions(given)).toThrow();
});

it('an unknown model is named', () => {
  expect(() => parseOptions(['vgg16'])).toThrow('No model called vgg16 can be fetched.');
});
