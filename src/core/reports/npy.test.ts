import { describe, expect, it } from 'vitest';
import { npyOf } from './npy.ts';

/** As NumPy 1.24 wrote them with `numpy.save`; of the last one the header alone. */
const BY_NUMPY = {
  special:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAAAAAAFBAAADAfwAAgH8=',
  large:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDExMiwgMTAwMCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
};

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('an NPY file', () => {
  it('is byte for byte what NumPy writes, what is no number included', () => {
    const values = Float32Array.from([1.5, -2, 0, 3.25, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(base64(npyOf({ rows: 2, columns: 3, values }))).toBe(BY_NUMPY.special);
  });

  it('says shapes of any length, and has its data where NumPy looks for them', () => {
    const file = npyOf({ rows: 112, columns: 1000, values: new Float32Array(112_000) });
    expect(file.length).toBe(448_128);
    expect(base64(file.subarray(0, 152))).toBe(BY_NUMPY.large);
  });
});
