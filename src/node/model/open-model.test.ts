import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SHA, serveHub } from '../../engine/testing/hub-server.ts';
import { valuesOf } from '../../formats/testing/sound-network.ts';
import { denseNetTensors, safetensorsWith } from '../../formats/testing/sound-safetensors.ts';
import { openModel } from './open-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'open-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WEIGHTS = safetensorsWith(denseNetTensors());
const NOTHING = { copy: null, choices: {}, input: null, labels: null };

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe('a model on the command line', () => {
  it('is called after its file, and its classes as a file of names says', async () => {
    const file = put('grain.v2.safetensors', WEIGHTS);
    expect((await openModel(file, NOTHING)).id).toBe('grain.v2');
    const labels = put('names.txt', 'oak\nelm\nash\n');
    const { model } = await openModel(file, { ...NOTHING, labels });
    expect(model.manifest.classNames).toEqual(['oak', 'elm', 'ash']);
  });

  it('is laid out for images of the size that is said, where its weights leave that open', async () => {
    const shapes = { 'features.0.weight': [8, 3, 3, 3], 'features.3.weight': [8, 8, 3, 3], 'classifier.1.weight': [4, 8 * 8 * 12] };
    const tensors = Object.entries(shapes).map(([name, shape]) => ({ name, shape, values: valuesOf(shape) }));
    const biases = [8, 8, 4].map((units, i) => ({
      name: Object.keys(shapes)[i]?.replace('weight', 'bias') ?? '',
      shape: [units],
      values: valuesOf([units]),
    }));
    const file = put('plates.safetensors', safetensorsWith([...tensors, ...biases]));
    const sizeOf = async (height: number, width: number, choices = {}) => {
      const { model } = await openModel(file, { ...NOTHING, choices, input: { height, width } });
      return model.choices?.find(({ id }) => id === 'image-size')?.chosen;
    };
    expect(await sizeOf(32, 48)).toBe('32x48');
    expect(await sizeOf(48, 32)).toBe('48x32');
    expect(await sizeOf(48, 32, { 'image-size': '32x48' })).toBe('32x48');
    expect(await sizeOf(77, 77)).toBe('32x48');
  });

  it('of the hub is called by its name and commit, wherever its revision leads', async () => {
    const config = { architecture: 'densenet121', num_classes: 3, num_features: 10, label_names: ['ash', 'elm', 'oak'] };
    const pretrained_cfg = { input_size: [3, 64, 64], mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const json = new TextEncoder().encode(JSON.stringify({ ...config, pretrained_cfg }));
    const hub = await serveHub([{ name: 'lab/trees', files: { 'config.json': json, 'model.safetensors': WEIGHTS } }]);
    const progress: number[] = [];
    try {
      const { id, model } = await openModel('hf:lab/trees', { ...NOTHING, hub: hub.url, onProgress: (bytes) => void progress.push(bytes) });
      expect([id, model.manifest.classNames]).toEqual([`hf:lab/trees@${SHA}`, ['ash', 'elm', 'oak']]);
      expect(progress.at(-1)).toBeGreaterThanOrEqual(WEIGHTS.length);
      await expect(openModel('hf:lab/none', { ...NOTHING, hub: hub.url })).rejects.toMatchObject({ name: 'AppError' });
    } finally {
      await hub.close();
    }
  });
});
