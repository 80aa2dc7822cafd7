import { describe, expect, it } from 'vitest';
import { readSafetensors } from './safetensors.ts';

function file(header: object, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], start: number, end: number) => ({ dtype, shape, data_offsets: [start, end] });

describe('safetensors', () => {
  it('reads single, half, brain and double floats, and leaves counters out', () => {
    const body = new Uint8Array(24);
    const view = new DataView(body.buffer);
    view.setFloat32(0, 1.5, true);
    view.setUint16(4, 0xc000, true);
    view.setUint16(6, 0x3fc0, true);
    view.setFloat64(8, -0.125, true);
    const header = {
      __metadata__: { format: 'pt' },
      single: entry('F32', [1], 0, 4),
      half: entry('F16', [1], 4, 6),
      brain: entry('BF16', [1, 1], 6, 8),
      double: entry('F64', [], 8, 16),
      counter: entry('I64', [1], 16, 24),
    };
    const tensors = readSafetensors('w.safetensors', file(header, body));
    expect([...tensors.keys()]).toEqual(['single', 'half', 'brain', 'double']);
    expect([...tensors.values()].map(({ values }) => values[0])).toEqual([1.5, -2, 1.5, -0.125]);
    expect(tensors.get('brain')?.shape).toEqual([1, 1]);
  });

  it.each([
    ['nothing at all', new Uint8Array()],
    ['a header longer than the file', file({}, new Uint8Array()).slice(0, 9)],
    ['a header that claims three gigabytes', new Uint8Array(new BigUint64Array([3_000_000_000n]).buffer)],
    ['a header that is no JSON', new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 120, 120])],
    ['a tensor beyond the end', file({ w: entry('F32', [4], 0, 16) }, new Uint8Array(8))],
    ['a tensor whose place does not fit its shape', file({ w: entry('F32', [4], 0, 8) }, new Uint8Array(16))],
    ['a tensor before the start', file({ w: entry('F32', [1], -4, 0) }, new Uint8Array(16))],
  ])('%s is one sentence that names the file', (_what, bytes) => {
    expect(() => readSafetensors('w.safetensors', bytes)).toThrow(/w\.safetensors.*\.$/);
  });
});
