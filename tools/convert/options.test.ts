import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('the converter’s arguments', () => {
  it('have defaults for all but the files', () => {
    expect(parseOptions(['nets/grain.safetensors', 'out'])).toEqual({
      file: 'nets/grain.safetensors',
      out: 'out',
      input: { width: 224, height: 224 },
      labels: null,
      title: 'grain',
      description: '',
      origin: '',
      licence: '',
      dtype: 'float16',
    });
  });

  it('are taken as they are given', () => {
    const given = ['net.h5', 'out', '--input', '96x128', '--labels', 'l.json', '--title', 'Net', '--licence', 'MIT', '--float32'];
    expect(parseOptions(given)).toMatchObject({
      input: { height: 96, width: 128 },
      labels: 'l.json',
      title: 'Net',
      licence: 'MIT',
      dtype: 'float32',
    });
  });

  it.each([
    [['net.h5']],
    [['a', 'b', 'c']],
    [['a', 'b', '--input', '224']],
    [['a', 'b', '--input', '0x224']],
    [['a', 'b', '--input', '224x0']],
    [['a', 'b', '--colour', 'red']],
  ])('that make no sense are refused: %j', (given) => {
    expect(() => parseOptions(given)).toThrow();
  });
});
