/** One network in every way in which PyTorch saves it, and the weights that PyTorch itself says are in it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NamedTensor } from '../network/named-tensor.ts';
import { fixture } from '../testing/test-data.ts';
import { readTorchWeights, type TorchWeights } from './read-checkpoint.ts';

interface ExpectedFile {
  readonly prefix?: string;
  readonly rounding?: 'float16' | 'bfloat16';
  readonly hint?: string;
  readonly names?: readonly string[];
  /** Prefixes of further copies, and what was added to their values. */
  readonly copies?: Readonly<Record<string, number>>;
  /** Tensors that no state dict has. */
  readonly more?: readonly string[];
}

interface Expected {
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>;
  readonly files: Readonly<Record<string, ExpectedFile>>;
  readonly refused: Readonly<Record<string, string>>;
}

const expected: Expected = JSON.parse(readFileSync(fixture('torch-files/expected.json'), 'utf8'));

function read(name: string): Promise<TorchWeights> {
  const bytes = Uint8Array.from(readFileSync(fixture(`torch-files/${name}`)));
  return readTorchWeights({ name, bytes }, () => {});
}

/** Of values of about one: a half has 11 binary digits, a brain float 8. */
const TOLERANCES = { float16: 2 ** -11, bfloat16: 2 ** -8 };

function expectWeights(found: ReadonlyMap<string, NamedTensor>, prefix: string, tolerance: number, added = 0): void {
  for (const [name, { shape, values }] of Object.entries(expected.tensors)) {
    const tensor = found.get(`${prefix}${name}`);
    expect(tensor?.shape, name).toEqual(shape);
    expect(tensor?.values.length).toBe(values.length);
    for (const [i, value] of values.entries()) {
      const wanted = Math.fround(value + added);
      const difference = Math.abs((tensor?.values[i] ?? Number.NaN) - wanted);
      // Not less than or equal: what is no number is not right either.
      if (!(difference <= tolerance * Math.abs(wanted))) expect(tensor?.values[i], `${name} ${i}`).toBe(wanted);
    }
  }
}

describe('the weights in a file of PyTorch’s', () => {
  it.each(Object.entries(expected.files))(
    '%s',
    async (name, { prefix = '', rounding, hint = null, names = [], copies = {}, more = [] }) => {
      const weights = await read(name);
      expectWeights(weights.tensors, prefix, rounding ? TOLERANCES[rounding] : 0);
      for (const [root, added] of Object.entries(copies)) expectWeights(weights.tensors, root, 0, added);
      const prefixes = [prefix, ...Object.keys(copies)];
      const all = prefixes.flatMap((root) => Object.keys(expected.tensors).map((own) => `${root}${own}`));
      expect([...weights.tensors.keys()].sort()).toEqual([...all, ...more].sort());
      expect(weights.hint).toBe(hint);
      expect(weights.classNames).toEqual(names);
    },
  );

  it.each(['plain.pth', 'legacy.pth', 'whole.pt', 'scripted.pt'])('%s keeps its order', async (name) => {
    const { tensors } = await read(name);
    const wanted = Object.keys(expected.tensors);
    expect([...tensors.keys()].filter((own) => wanted.includes(own))[0]).toBe(wanted[0]);
  });
});

describe('what cannot be read of PyTorch’s', () => {
  it.each(Object.entries(expected.refused))('%s', async (name, part) => {
    const error: unknown = await read(name).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(/^(In|The file) .*[^.]\.$/) });
    expect(String(error)).toContain(name);
    expect(String(error)).toContain(part);
  });
});
