import { describe, expect, it } from 'vitest';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { OutputEnd } from './linear-output.ts';
import { outputMeaning } from './output-meaning.ts';

interface Given {
  readonly stated?: OutputReading | null;
  readonly names?: readonly string[];
  readonly trainedFor?: OutputReading | null;
}

function meaningOf(end: OutputEnd, units: number, { stated = null, names = [], trainedFor = null }: Given = {}) {
  return outputMeaning('x.h5', end, units, { outputReading: stated, classNames: names }, trainedFor);
}

describe('what an output means', () => {
  it('is said by the softmax or the sigmoid that it ends in, whatever else is said', () => {
    for (const given of [{}, { stated: 'number' }, { trainedFor: 'number' }] as const) {
      expect(meaningOf({ kind: 'softmax' }, 3, given)).toEqual({ reading: 'softmax', readings: ['softmax'], remark: '' });
      expect(meaningOf({ kind: 'sigmoid' }, 3, given)).toEqual({ reading: 'independent', readings: ['independent'], remark: '' });
      expect(meaningOf({ kind: 'sigmoid' }, 1, given)).toEqual({ reading: 'binary', readings: ['binary'], remark: '' });
    }
  });

  it('of linear units is as a manifest says, if it can be', () => {
    expect(meaningOf({ kind: 'linear' }, 3, { stated: 'independent' })).toMatchObject({ reading: 'independent', remark: '' });
    expect(meaningOf({ kind: 'linear' }, 1, { stated: 'number' })).toMatchObject({ reading: 'number', remark: '' });
    expect(meaningOf({ kind: 'linear' }, 1, { stated: 'independent' })).toMatchObject({ reading: 'binary', remark: '' });
    expect(meaningOf({ kind: 'linear' }, 1, { stated: 'softmax' })).toMatchObject({ reading: 'number' });
  });

  it('of a single linear unit is guessed: by its loss, by two names, else a number; and that is said', () => {
    const readings = ['binary', 'number'];
    const guess = (given: Given) => meaningOf({ kind: 'linear' }, 1, given);
    expect(guess({})).toMatchObject({ reading: 'number', readings, remark: expect.stringMatching(/single unit.*nothing says.*a number/) });
    expect(guess({ names: ['a', 'b'] })).toMatchObject({ reading: 'binary', readings, remark: expect.stringContaining('two class names') });
    expect(guess({ trainedFor: 'independent' })).toMatchObject({ reading: 'binary', remark: expect.stringContaining('loss') });
    expect(guess({ trainedFor: 'number', names: ['a', 'b'] })).toMatchObject({
      reading: 'number',
      remark: expect.stringContaining('loss'),
    });
  });

  it('of several linear units is a softmax unless the loss says otherwise, and that is said', () => {
    expect(meaningOf({ kind: 'linear' }, 3)).toMatchObject({ reading: 'softmax', remark: expect.stringMatching(/3 units.*softmax/) });
    expect(meaningOf({ kind: 'linear' }, 3, { trainedFor: 'independent' })).toMatchObject({ reading: 'independent' });
    expect(meaningOf({ kind: 'linear' }, 3, { trainedFor: 'number' })).toMatchObject({ reading: 'number' });
  });

  it('of what cannot be undone are numbers, and its name is said as Keras has it', () => {
    const { reading, remark } = meaningOf({ kind: 'other', name: 'hardSigmoid' }, 2);
    expect(reading).toBe('number');
    expect(remark).toMatch(/^The network in x\.h5 ends in hard_sigmoid, .*numbers.*\.$/);
    expect(meaningOf({ kind: 'other', name: 'ReLU' }, 2).remark).toContain('relu');
  });

  it('of a softmax over a single unit, which is always 1, is the number before it', () => {
    expect(meaningOf({ kind: 'softmax' }, 1)).toMatchObject({ reading: 'number', remark: expect.stringContaining('1 for every image') });
  });
});
