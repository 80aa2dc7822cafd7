import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('options of fuzz', () => {
  it('are 500 networks of seed 1 where nothing is said', () => {
    expect(parseOptions([])).toEqual({ networks: 500, seed: 1, index: null, webgpuEvery: 10, hasGpu: false, out: 'fuzz-out' });
  });

  it('are read', () => {
    expect(parseOptions(['--networks', '20', '--seed', '7', '--index', '0', '--webgpu-every', '0', '--gpu', '--out', 'x'])).toEqual({
      networks: 20,
      seed: 7,
      index: 0,
      webgpuEvery: 0,
      hasGpu: true,
      out: 'x',
    });
    expect(parseOptions(['--help'])).toBeNull();
  });

  it.each([
    ['--networks', '0'],
    ['--seed', '-1'],
    ['--seed', '1.5'],
    ['--index', 'x'],
  ])('%s %s is refused', (...argv) => {
    expect(() => parseOptions(argv.length === 2 && argv[1]?.startsWith('-') ? [`${argv[0]}=${argv[1]}`] : argv)).toThrow(
      /is no whole number/,
    );
  });

  it('that are not known are refused', () => {
    expect(() => parseOptions(['--sed', '1'])).toThrow(/--sed/);
  });
});
