/** The same weights in all the ways in which PyTorch saves them give the logits that PyTorch gave, on every backend. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadModel, readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { expectedOf } from '../formats/testing/networks.ts';
import { sharedData } from '../formats/testing/test-data.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload } from './testing/test-engine.ts';

const { path: folder, isThere } = sharedData('goldens/networks/resnet-basic', 'checkpoints of PyTorch’s are not held against its logits');

/** Of the largest logit. Halves have 11 binary digits, brain floats 8. */
const TOLERANCES: Readonly<Record<string, number>> = { 'half.pth': 5e-3, 'bfloat16.pth': 5e-2 };

function read(file: string): Promise<ReadModel> {
  return readModel([{ name: file, bytes: Uint8Array.from(readFileSync(join(folder, file))) }]);
}

const files = isThere ? ['weights.pth', ...readdirSync(join(folder, 'checkpoints')).map((name) => `checkpoints/${name}`)] : [];

const backends = await availableBackends();

describe.runIf(isThere)('one network in many files', () => {
  it('is the same network', async () => {
    const { artifacts } = await read('weights.pth');
    expect(files).toHaveLength(10);
    for (const file of files.filter((name) => !TOLERANCES[name.replace('checkpoints/', '')])) {
      const other = await read(file);
      expect(other.artifacts.topology, file).toEqual(artifacts.topology);
      // Byte by byte, as Vitest would take seconds to.
      expect(Buffer.compare(new Uint8Array(other.artifacts.data), new Uint8Array(artifacts.data)), file).toBe(0);
    }
  });

  describe.each(backends)('on %s', (backend) => {
    let engine: LocalEngine;
    let opened: ReadModel;

    beforeAll(async () => {
      engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => opened, download: noDownload });
      await engine.start(backend);
    });
    afterAll(() => engine.dispose());

    it.each(files)('%s', async (file) => {
      const expected = expectedOf({ name: 'resnet-basic', folder, file });
      opened = await read(file);
      const [height, width] = expected.inputSize;
      await engine.loadModel({ kind: 'files', id: file, files: [], input: { width, height }, output: null }, () => {});
      const image = { id: file, pixels: await readImage(join(folder, 'input.png')) };
      const { logits } = await explain(engine, { image, layer: 'layer4.1', classIndex: 0, score: 'logit', methods: ['grad-cam'] });
      const largest = Math.max(...expected.logits.map(Math.abs));
      const furthest = Math.max(...expected.logits.map((logit, i) => Math.abs(logit - (logits[i] ?? Number.NaN))));
      expect(furthest / largest).toBeLessThan(TOLERANCES[file.replace('checkpoints/', '')] ?? 1e-4);
    });
  });
});
