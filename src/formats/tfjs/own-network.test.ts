import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { Json, ModelArtifacts } from '../network/artifacts.ts';
import { readModel } from '../read-model.ts';
import { goldenNetworks, weightsOf } from '../testing/networks.ts';
import { soundOnnx } from '../testing/onnx/sound-onnx.ts';
import { writeNetwork } from './layers-model-writer.ts';
import { isOfTfjs } from './tfjs-layers.ts';

const text = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

/** @param change of the `model.json` */
async function reread(artifacts: ModelArtifacts, change: JsonObject = {}): Promise<ModelArtifacts> {
  const [model, ...shards] = writeNetwork(artifacts, 'float32');
  const bytes = new TextEncoder().encode(JSON.stringify({ ...text(model?.bytes), ...change }));
  const files = [{ name: 'model.json', bytes }, ...shards.map((shard) => ({ name: shard.path, bytes: shard.bytes }))];
  return (await readModel(files)).artifacts;
}

async function onnx(): Promise<ModelArtifacts> {
  return (await readModel([{ name: 'network.onnx', bytes: soundOnnx() }])).artifacts;
}

describe('this project’s own network format', () => {
  it.each(goldenNetworks())('holds what was in memory, layers that tf.js lacks included: $name', async (network) => {
    const { artifacts } = await readModel([weightsOf(network)]);
    const { format } = text(writeNetwork(artifacts, 'float32')[0]?.bytes);
    expect(format).toBe(isOfTfjs(artifacts.topology) ? 'layers-model' : 'fast-ablation-cam-network');
    expect(await reread(artifacts)).toEqual(artifacts);
  });

  it('holds a graph that was read from ONNX, and by what other names its layers are found', async () => {
    const artifacts = await onnx();
    expect(artifacts.otherNames?.size).toBeGreaterThan(0);
    expect(await reread(artifacts)).toEqual(artifacts);
  });

  it('says in one sentence that a newer page wrote it, or that it is damaged', async () => {
    const artifacts = await onnx();
    await expect(reread(artifacts, { formatVersion: 2 })).rejects.toThrow(
      'The file model.json holds a network in version 2 of this page’s format, and up to 1 is read here; please open it with a newer version of the page.',
    );
    for (const change of [{ formatVersion: 0 }, { formatVersion: '1' }, { network: null }, { network: { class_name: 'Functional' } }])
      await expect(reread(artifacts, change)).rejects.toThrow('describes no network, or not its version');
  });
});

describe('what plain tf.js computes too', () => {
  const network = (kind: string, config: { readonly [key: string]: Json } = {}) => ({
    class_name: 'Functional',
    config: { name: 'net', layers: [{ class_name: kind, name: 'l', config: { name: 'l', ...config } }] },
  });

  it.each([
    ['Conv2D', { groups: 1, activation: 'relu' }],
    ['UpSampling2D', { interpolation: 'nearest' }],
    ['Rescaling', { scale: 2, offset: 0 }],
    ['Functional', { layers: [] }],
  ])('is a %s with %j', (kind, config) => {
    expect(isOfTfjs(network(kind, config))).toBe(true);
  });

  it.each([
    ['Conv2D', { groups: 2 }],
    ['Conv2D', { activation: { class_name: 'clipOf', config: {} } }],
    ['Activation', { activation: 'hardSilu' }],
    ['Conv2DTranspose', { output_padding: [1, 1] }],
    ['Resizing', { height: 4, width: 4 }],
    ['Reshape', { target_shape: [-1, 4] }],
    ['Padding', {}],
    ['Functional', { layers: [{ class_name: 'Slice', config: {} }] }],
    ['constructor', {}],
  ])('is no %s with %j', (kind, config) => {
    expect(isOfTfjs(network(kind, config))).toBe(false);
  });
});
