/** A model handed on from one engine to another is the same network, without its files being read again. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { isSweepResult } from '../../explain/work.ts';
import { goldenNetworks, onnxNetworks, weightsOf } from '../../formats/testing/networks.ts';
import { LocalEngine } from '../local-engine.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { engineFor } from '../testing/golden-networks.ts';
import { asRead, engineWith, explain, noDownload, testManifest, unevenImage } from '../testing/test-engine.ts';
import { denseModel, withTrainedShifts } from '../testing/tiny-models.ts';

afterEach(() => vi.unstubAllGlobals());

async function startedEngine(): Promise<LocalEngine> {
  const openModel = () => Promise.reject(new Error('no file is read'));
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
  await engine.start('wasm');
  return engine;
}

async function expectSame(own: LocalEngine): Promise<void> {
  const shared = await own.shareModel();
  if (!shared) throw new Error('nothing is shared');
  const other = await startedEngine();
  // As it crosses threads.
  const info = await other.loadShared(structuredClone(shared));
  expect(await other.identify()).toEqual(await own.identify());
  const { width, height } = info.input;
  const layer = info.defaultLayer;
  const question = {
    image: { id: 'uneven', pixels: unevenImage(width, height) },
    layer,
    classIndex: 0,
    score: 'logit',
    methods: ['grad-cam'],
  } as const;
  const [one, same] = [await explain(own, question), await explain(other, question)];
  expect(same.logits).toEqual(one.logits);
  expect(same.results.map((result) => !isSweepResult(result) && result.map)).toEqual(
    one.results.map((result) => !isSweepResult(result) && result.map),
  );
  // It can be handed on again.
  expect((await other.shareModel())?.read).toEqual(shared.read);
  other.dispose();
  own.dispose();
}

describe('a shared model', () => {
  it.each([...goldenNetworks().slice(0, 6), ...onnxNetworks().slice(0, 3)])('is the same network: $name', async (network) => {
    await expectSame(await engineFor(network, [weightsOf(network)], 'wasm'));
  });

  it('has the output that was chosen, and the names of its files', async () => {
    const read = asRead(withTrainedShifts(await denseModel(6, 4)), testManifest(6, 4, { classNames: ['a', 'b', 'c'] }));
    const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => read, download: noDownload });
    await engine.start('wasm');
    const info = await engine.loadModel({ kind: 'files', id: 'own', files: [], input: null, output: 0 }, () => {});
    const other = await startedEngine();
    const shared = await engine.shareModel();
    const handedOn = shared && (await other.loadShared(shared));
    // Inputs are called after how many there were in this process.
    const withoutInput = (layers: readonly LayerInfo[] = []) => layers.filter(({ kind }) => kind !== 'InputLayer');
    expect({ ...handedOn, layers: withoutInput(handedOn?.layers) }).toEqual({ ...info, layers: withoutInput(info.layers) });
    expect(info.classNames).toEqual(['a', 'b', 'c']);
    other.dispose();
    engine.dispose();
  });

  it('is none where threads share no memory', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const engine = await engineWith('cpu', await denseModel(6, 4), testManifest(6, 4));
    expect(await engine.shareModel()).toBeNull();
    engine.dispose();
  });
});
