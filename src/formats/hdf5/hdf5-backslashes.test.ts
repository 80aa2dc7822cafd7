import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { hdf5File, kerasArchive, putDataset } from '../testing/sound-models.ts';
import { valuesOf, WEIGHTS } from '../testing/sound-network.ts';
import type { Hdf5Entity } from './hdf5.ts';
import { openHdf5Reader } from './hdf5-file.ts';

const GROUPS: Readonly<Record<string, string>> = { conv: 'conv2d', norm: 'batch_normalization', scores: 'dense' };

/** As Keras on Windows writes it: the names of groups joined, up to here. */
function joinedWeights(join: (parts: readonly string[]) => string) {
  return hdf5File((file) => {
    const counts = new Map<string, number>();
    for (const { layer, shape } of WEIGHTS) {
      const number = counts.get(layer) ?? 0;
      counts.set(layer, number + 1);
      putDataset(file, `${join(['layers', GROUPS[layer] ?? layer, 'vars'])}/${number}`, shape, valuesOf(shape));
    }
  });
}

describe('groups whose names were joined with backslashes', () => {
  it.each<[string, (parts: readonly string[]) => string]>([
    ['layers\\conv2d/vars', ([layers, group, vars]) => `${layers}\\${group}/${vars}`],
    ['layers\\conv2d\\vars', (parts) => parts.join('\\')],
    ['layers/conv2d\\vars', ([layers, group, vars]) => `${layers}/${group}\\${vars}`],
    ['layers/conv2d/vars', (parts) => parts.join('/')],
  ])('%s', async (_what, join) => {
    const { artifacts } = await readModel([{ name: 'net.keras', bytes: await kerasArchive(undefined, await joinedWeights(join)) }]);
    expect(artifacts.weights).toEqual(WEIGHTS.map(({ layer, own, shape }) => ({ name: `${layer}/${own}`, shape })));
    expect([...new Float32Array(artifacts.data, 0, 108)]).toEqual([...valuesOf([3, 3, 3, 4])]);
  });

  it('are listed once each, at every depth, with their attributes', async () => {
    const bytes = await hdf5File((file) => {
      putDataset(file, 'layers\\net\\layers\\conv2d\\vars/0', [2]);
      putDataset(file, 'layers\\net\\layers\\dense/vars/0', [3]);
      file.create_group('layers\\net\\layers\\dense\\vars').create_attribute('name', 'scores');
      putDataset(file, 'vars/0', [1]);
    });
    const { reader, close } = await openHdf5Reader('net.h5', bytes, () => {});
    const child = (path: string): Hdf5Entity | null => reader.child(reader.root, path);
    expect(reader.keys(reader.root)).toEqual(['layers', 'vars']);
    expect(reader.keys(child('layers/net'))).toEqual(['layers']);
    expect(reader.keys(child('layers/net/layers'))).toEqual(['conv2d', 'dense']);
    expect(reader.tensor(child('layers/net'), 'layers/conv2d/vars/0').shape).toEqual([2]);
    expect(reader.tensor(child('layers/net/layers/dense'), 'vars/0').shape).toEqual([3]);
    expect(reader.text(child('layers/net/layers/dense/vars'), 'name')).toBe('scores');
    expect(child('layers/other')).toBeNull();
    close();
  });
});
