/** Checkpoints that PyTorch wrote give the logits that PyTorch gave: of every family, and one in all the ways of saving it on every backend. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadModel, readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { expectedOf } from '../formats/testing/networks.ts';
import { sharedData } from '../formats/testing/test-data.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload } from './testing/test-engine.ts';

const { path: networks, isThere } = sharedData('goldens/networks', 'checkpoints of PyTorch’s are not held against its logits');

/** Of the largest logit. Halves have 11 binary digits, brain floats 8. */
const TOLERANCES: Readonly<Record<string, number>> = { 'half.pth': 5e-3, 'bfloat16.pth': 5e-2 };

/** A network that nobody but its author has: its names say nothing. */
const OF_NO_FAMILY = 'inception-like';

function read(network: string, file: string): Promise<ReadModel> {
  return readModel([{ name: file, bytes: Uint8Array.from(readFileSync(join(networks, network, file))) }]);
}

const names = isThere ? readdirSync(networks).filter((name) => existsSync(join(networks, name, 'weights.pth'))) : [];

const NAME = 'resnet-basic';
const files = isThere ? ['weights.pth', ...readdirSync(join(networks, NAME, 'checkpoints')).map((name) => `checkpoints/${name}`)] : [];

const backends = await availableBackends();

let opened: ReadModel;

async function engineOn(backend: (typeof backends)[number]): Promise<LocalEngine> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => opened, download: noDownload });
  await engine.start(backend);
  return engine;
}

/** How far the furthest logit is off, as a share of the largest. */
async function distanceOf(engine: LocalEngine, network: string, file: string): Promise<number> {
  const folder = join(networks, network);
  const expected = expectedOf({ name: network, folder, file });
  opened = await read(network, file);
  const [height, width] = expected.inputSize;
  await engine.loadModel({ kind: 'files', id: `${network}/${file}`, files: [], input: { width, height }, output: null }, () => {});
  const image = { id: network, pixels: await readImage(join(folder, 'input.png')) };
  const layer = expected.explanations[0]?.layer ?? '';
  const { logits } = await explain(engine, { image, layer, classIndex: 0, score: 'logit', methods: ['grad-cam'] });
  const largest = Math.max(...expected.logits.map(Math.abs));
  return Math.max(...expected.logits.map((logit, i) => Math.abs(logit - (logits[i] ?? Number.NaN)))) / largest;
}

describe.runIf(isThere)('a checkpoint', () => {
  let engine: LocalEngine;

  beforeAll(async () => {
    engine = await engineOn('cpu');
  });
  afterAll(() => engine.dispose());

  it.each(names.filter((name) => name !== OF_NO_FAMILY))('of %s', async (name) => {
    expect(await distanceOf(engine, name, 'weights.pth')).toBeLessThan(1e-4);
  });

  it('of no family that is known is refused', async () => {
    await expect(read(OF_NO_FAMILY, 'weights.pth')).rejects.toThrow(/^The file weights\.pth holds weights without a network.*ONNX.*\.$/);
  });
});

describe.runIf(isThere)('one network in many files', () => {
  it('is the same network', async () => {
    const { artifacts } = await read(NAME, 'weights.pth');
    expect(files).toHaveLength(10);
    for (const file of files.filter((name) => !TOLERANCES[name.replace('checkpoints/', '')])) {
      const other = await read(NAME, file);
      expect(other.artifacts.topology, file).toEqual(artifacts.topology);
      // Byte by byte, as Vitest would take seconds to.
      expect(Buffer.compare(new Uint8Array(other.artifacts.data), new Uint8Array(artifacts.data)), file).toBe(0);
    }
  });

  describe.each(backends)('on %s', (backend) => {
    let engine: LocalEngine;

    beforeAll(async () => {
      engine = await engineOn(backend);
    });
    afterAll(() => engine.dispose());

    it.each(files)('%s', async (file) => {
      expect(await distanceOf(engine, NAME, file)).toBeLessThan(TOLERANCES[file.replace('checkpoints/', '')] ?? 1e-4);
    });
  });
});
