/** Reading files that hold the small sound network, and what is said of others. */
import { expect } from 'vitest';
import type { GivenFile } from '../given-file.ts';
import { type ReadModel, readModel } from '../read-model.ts';
import { valuesOf, WEIGHTS } from './sound-network.ts';

export function given(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): GivenFile[] {
  return Object.entries(files).map(([name, bytes]) => ({ name, bytes }));
}

/** The values of every weight, by name. */
function weightsOf({ artifacts }: ReadModel): Record<string, number[]> {
  let at = 0;
  return Object.fromEntries(
    artifacts.weights.map(({ name, shape }) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const values = [...new Float32Array(artifacts.data, at, count)];
      at += count * 4;
      return [name, values];
    }),
  );
}

const SOUND = Object.fromEntries(WEIGHTS.map(({ layer, own, shape }) => [`${layer}/${own}`, [...valuesOf(shape)]]));

/** The files are one model: the small network, with all of its weights. */
export async function expectSound(files: readonly GivenFile[]): Promise<ReadModel> {
  const read = await readModel(files);
  expect(weightsOf(read)).toEqual(SOUND);
  return read;
}

/** An error of this code, whose sentence begins with these parts. */
export const refusal = (code: string, ...parts: string[]) => ({
  code,
  message: expect.stringMatching(new RegExp(`^${parts.join('.*')}.*\\.$`)),
});
