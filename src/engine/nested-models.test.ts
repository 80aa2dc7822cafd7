/** The same network, written flat and with models inside the model, gives the same logits. */
import { describe, expect, it } from 'vitest';
import { normalisationOf } from '../core/images/preprocessing.ts';
import { readModel } from '../formats/read-model.ts';
import { hdf5File, putDataset } from '../formats/testing/sound-models.ts';
import { valuesOf } from '../formats/testing/sound-network.ts';
import { LocalEngine } from './local-engine.ts';
import { nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, unevenImage } from './testing/test-engine.ts';

type Config = Record<string, unknown>;

function layer(kind: string, name: string, config: Config = {}, takes: unknown = undefined): Config {
  return { class_name: kind, name, config: { name, ...config }, ...(takes !== undefined && { inbound_nodes: takes }) };
}

const SHAPE = { batch_input_shape: [null, 20, 24, 3] };
const CONV = { filters: 4, kernel_size: [3, 3], padding: 'same', activation: 'relu', use_bias: true };
const SCORES = { units: 3, activation: 'softmax', use_bias: true };

const KERNEL = [3, 3, 3, 4];
const NEXT_KERNEL = [3, 3, 4, 4];

interface Weight {
  /** The group that holds it, which is a layer of the outermost model. */
  readonly group: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly seed: number;
}

function weight(group: string, name: string, shape: readonly number[], seed: number): Weight {
  return { group, name, shape, seed };
}

/** Small, of both signs, another for each seed. */
function values({ shape, seed }: Weight): Float32Array<ArrayBuffer> {
  return valuesOf(shape).map((value, i) => (((value * 101 + i * 7 + seed * 13) % 17) - 8) / 20);
}

function file(network: Config, weights: readonly Weight[]): Promise<Uint8Array<ArrayBuffer>> {
  return hdf5File((h5) => {
    h5.create_attribute('model_config', JSON.stringify(network));
    h5.create_attribute('keras_version', '2.9.0');
    const root = h5.create_group('model_weights');
    const groups = [...new Set(weights.map(({ group }) => group))];
    root.create_attribute('layer_names', groups);
    for (const group of groups) {
      const own = weights.filter((one) => one.group === group);
      const names = own.map(({ name }) => name);
      root.create_group(group).create_attribute('weight_names', names);
      for (const one of own) putDataset(h5, `model_weights/${group}/${one.name}`, one.shape, values(one));
    }
  });
}

async function logitsOf(network: Config, weights: readonly Weight[]): Promise<{ logits: number[]; layers: string[] }> {
  const read = await readModel([{ name: 'network.h5', bytes: await file(network, weights) }]);
  const manifest = { ...read.manifest, preprocessing: { ...normalisationOf('none'), fit: 'stretched' as const } };
  const engine = new LocalEngine({
    device: await nodeDeviceEnvironment(),
    openModel: async () => ({ ...read, manifest }),
    download: noDownload,
  });
  await engine.start('cpu');
  const info = await engine.loadModel({ kind: 'folder', id: 'network', url: '' }, () => {});
  const image = { id: 'uneven', pixels: unevenImage(24, 20) };
  const { logits } = await explain(engine, { image, layer: info.defaultLayer, classIndex: null, score: 'logit', methods: [] });
  engine.dispose();
  return { logits: [...logits], layers: info.layers.map(({ name }) => name) };
}

const HEAD = [weight('scores', 'scores/kernel:0', [4, 3], 5), weight('scores', 'scores/bias:0', [3], 6)];

describe('a Sequential model that begins with models that do not say what they take', () => {
  const prepare = [layer('Resizing', 'resizing', { height: 8, width: 10 }), layer('Rescaling', 'rescaling', { scale: 1 / 255 })];
  const rest = [layer('Conv2D', 'conv', CONV), layer('GlobalAveragePooling2D', 'pool'), layer('Dense', 'scores', SCORES)];
  const weights = [weight('conv', 'conv/kernel:0', KERNEL, 1), weight('conv', 'conv/bias:0', [4], 2), ...HEAD];
  const flip = [layer('RandomFlip', 'flip', { mode: 'horizontal' }), layer('RandomRotation', 'turn', { factor: 0.2 })];

  it('is the network with their layers in its place', async () => {
    const input = layer('InputLayer', 'input', SHAPE);
    const flat = { class_name: 'Sequential', config: { name: 'flat', layers: [input, ...prepare, ...rest] } };
    const nested = [layer('Sequential', 'prepare', { layers: prepare }), layer('Sequential', 'augment', { layers: flip }), ...rest];
    // Keras notes the batch that the model was built with.
    const network = { class_name: 'Sequential', config: { name: 'nested', layers: nested, build_input_shape: [32, 20, 24, 3] } };
    const expected = await logitsOf(flat, weights);
    const actual = await logitsOf(network, weights);
    expect(actual.logits).toEqual(expected.logits);
    expect(actual.layers).toEqual(expect.arrayContaining(['prepare/resizing', 'prepare/rescaling', 'augment/flip', 'conv']));
  });
});

describe('layers of one name inside and outside of a nested model', () => {
  const call = (...takes: string[]) => [takes.map((name) => [name, name === 'base' ? 1 : 0, 0, {}])];
  const base = layer(
    'Functional',
    'base',
    {
      layers: [layer('InputLayer', 'input', SHAPE, []), layer('Conv2D', 'conv', CONV, call('input'))],
      input_layers: [['input', 0, 0]],
      output_layers: [['conv', 0, 0]],
    },
    call('input'),
  );
  const network = (first: Config, second: (takes: string) => Config) => ({
    class_name: 'Functional',
    config: {
      name: 'network',
      layers: [
        layer('InputLayer', 'input', SHAPE, []),
        first,
        second(String(first.name)),
        layer('GlobalAveragePooling2D', 'pool', {}, call(String(second('').name))),
        layer('Dense', 'scores', SCORES, call('pool')),
      ],
      input_layers: [['input', 0, 0]],
      output_layers: [['scores', 0, 0]],
    },
  });
  const flat = network(layer('Conv2D', 'first', CONV, call('input')), (takes) => layer('Conv2D', 'conv', CONV, call(takes)));
  const nested = network(base, (takes) => layer('Conv2D', 'conv', CONV, call(takes)));
  const outer = [weight('conv', 'conv/kernel:0', NEXT_KERNEL, 3), weight('conv', 'conv/bias:0', [4], 4), ...HEAD];
  const inner = (group: string, name: string) => [weight(group, `${name}/kernel:0`, KERNEL, 1), weight(group, `${name}/bias:0`, [4], 2)];

  it.each(['conv', 'conv_1', 'base/conv'])('keep their own weights, where those inside are called %s', async (name) => {
    const expected = await logitsOf(flat, [...inner('first', 'first'), ...outer]);
    const actual = await logitsOf(nested, [...inner('base', name), ...outer]);
    expect(actual.logits).toEqual(expected.logits);
    expect(actual.layers).toEqual(expect.arrayContaining(['base/conv', 'conv']));
  });
});
