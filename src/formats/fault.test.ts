import { describe, expect, it } from 'vitest';
import { faultOf } from './fault.ts';

describe('the fault that a library tells of', () => {
  it.each([
    [
      'its first sentence',
      new Error('Unknown layer: Foo. This may be due to one of the following reasons:\n1. It is new.'),
      'Unknown layer: Foo',
    ],
    ['without a full stop', new Error('It does not fit.'), 'It does not fit'],
    ['its first line', new Error('Not found\n    at load (file.js:1:2)'), 'Not found'],
    ['numbers whole', new RangeError('epsilon is 0.5, not 1.5'), 'epsilon is 0.5, not 1.5'],
    ['what is no error', 'out of memory', 'out of memory'],
    ['nothing that is not defined', new Error('expected a number but got undefined'), 'expected a number but got nothing'],
  ])('is %s', (_what, error, fault) => {
    expect(faultOf(error)).toBe(fault);
  });

  it('is cut where it holds a whole configuration', () => {
    expect(faultOf(new Error(`Improper config format: ${'x'.repeat(5000)}`)).length).toBeLessThan(200);
  });
});
