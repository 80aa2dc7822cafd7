import { describe, expect, it } from 'vitest';
import { asArray, asObject, objectsIn } from '../json.ts';
import { forInference } from '../layers/for-inference.ts';
import type { ModelTopology } from '../network/artifacts.ts';
import { packArtifacts } from '../network/artifacts.ts';
import {
  inputOf,
  type LayerJson,
  layerOf,
  type NetworkJson,
  networkAround,
  valuesOf,
  WEIGHTS,
  type WeightOf,
} from '../testing/sound-network.ts';
import { kerasTopology } from './keras-config.ts';

function names({ config }: ModelTopology): string[] {
  return objectsIn(config.layers).map((layer) => String(asObject(layer.config)?.name));
}

/** A Sequential model as a layer. */
function sequential(name: string, layers: readonly LayerJson[], ...takes: string[]): LayerJson {
  const inner = layers.map(({ inbound_nodes: _, ...layer }) => layer);
  return layerOf('Sequential', name, { layers: inner }, ...takes);
}

function ready(network: NetworkJson, weights: readonly WeightOf[] = WEIGHTS) {
  const values = weights.map(({ layer, own, shape }) => ({ name: `${layer}/${own}`, shape, values: valuesOf(shape) }));
  return forInference('network.keras', packArtifacts(kerasTopology('network.keras', JSON.stringify(network), null), values));
}

/** What a layer takes: layer and number of the call. */
function taken({ config }: ModelTopology, name: string): unknown[] {
  const layer = objectsIn(config.layers).find((one) => one.name === name);
  return asArray(layer?.inbound_nodes).map((call) => asArray(call).map((reference) => asArray(reference).slice(0, 2)));
}

describe('layers of nested models', () => {
  it('are called by their path, so that there may be others of their name', () => {
    const branch = sequential(
      'branch',
      [inputOf('norm', [null, 12, 12, 4]), layerOf('Conv2D', 'conv', { filters: 4, kernel_size: 1 })],
      'norm',
    );
    const inner: WeightOf[] = [
      { layer: 'branch/conv', own: 'kernel', shape: [1, 1, 4, 4] },
      { layer: 'branch/conv', own: 'bias', shape: [4] },
    ];
    const { topology, weights } = ready(networkAround(branch), [...WEIGHTS, ...inner]);
    const model = objectsIn(topology.config.layers).find(({ name }) => name === 'branch');
    expect(objectsIn(asObject(model?.config)?.layers).map((layer) => asObject(layer.config)?.name)).toEqual(['branch/norm', 'branch/conv']);
    expect(weights.map(({ name }) => name)).toEqual(expect.arrayContaining(['conv/kernel', 'branch/conv/kernel']));
  });

  it('get their weights in the order of the layers where the file has the same name for both', () => {
    const branch = sequential(
      'branch',
      [inputOf('norm', [null, 12, 12, 4]), layerOf('Conv2D', 'conv', { filters: 4, kernel_size: 1 })],
      'norm',
    );
    const twice: WeightOf[] = [
      { layer: 'conv', own: 'kernel', shape: [1, 1, 4, 4] },
      { layer: 'conv', own: 'bias', shape: [4] },
    ];
    const { weights } = ready(networkAround(branch), [...WEIGHTS, ...twice]);
    expect(weights.find(({ name }) => name === 'conv/kernel')?.shape).toEqual([3, 3, 3, 4]);
    expect(weights.find(({ name }) => name === 'branch/conv/kernel')?.shape).toEqual([1, 1, 4, 4]);
  });

  it('are called so when a network is made ready a second time', () => {
    const branch = sequential('branch', [inputOf('norm', [null, 12, 12, 4]), layerOf('ReLU', 'relu', {})], 'norm');
    const once = ready(networkAround(branch));
    expect(forInference('network.keras', once)).toEqual(once);
  });

  it('stand in the model around them where theirs does not say what goes in', () => {
    const augment = sequential('augment', [layerOf('RandomFlip', 'flip', {}), layerOf('ReLU', 'relu', {})], 'norm');
    const { topology } = ready(networkAround(augment));
    expect(names(topology)).toEqual(['image', 'conv', 'norm', 'augment/flip', 'augment/relu', 'pool', 'scores']);
    expect(taken(topology, 'augment/relu')).toEqual([[['augment/flip', 0]]]);
    expect(taken(topology, 'pool')).toEqual([[['augment/relu', 0]]]);
  });

  it.each([0, 1])('are followed through models inside of those, and when they are called twice, counted from %i', (first) => {
    const inner = sequential('inner', [layerOf('ReLU', 'relu', {})]);
    const outer = sequential('outer', [inner, layerOf('Dropout', 'drop', { rate: 0.1 })], 'norm');
    const twice = {
      ...outer,
      inbound_nodes: [...asArray(outer.inbound_nodes as never), ...asArray(layerOf('ReLU', 'x', {}, 'conv').inbound_nodes as never)],
    };
    const network = networkAround(twice);
    const add = layerOf('Add', 'add', {}, 'outer');
    add.inbound_nodes = [
      [
        ['outer', first, 0, {}],
        ['outer', first + 1, 0, {}],
      ],
    ];
    network.config.layers.splice(4, 0, add);
    const pool = network.config.layers.find(({ name }) => name === 'pool');
    if (pool) pool.inbound_nodes = [[['add', 0, 0, {}]]];
    const { topology } = ready(network);
    expect(names(topology)).toEqual(['image', 'conv', 'norm', 'outer/inner/relu', 'outer/drop', 'add', 'pool', 'scores']);
    expect(taken(topology, 'outer/inner/relu')).toEqual([[['norm', 0]], [['conv', 0]]]);
    expect(taken(topology, 'add')).toEqual([
      [
        ['outer/drop', 0],
        ['outer/drop', 1],
      ],
    ]);
  });
});

describe('a model whose layers do not name a shape', () => {
  const SHAPE = [32, 12, 12, 3];

  function sequentialNetwork(
    config: Record<string, unknown>,
    beside: Record<string, unknown> = {},
    first: Record<string, unknown> = {},
  ): string {
    const layers = networkAround()
      .config.layers.slice(1)
      .map(({ inbound_nodes: _, ...layer }) => layer);
    Object.assign(layers[0] ?? {}, first);
    return JSON.stringify({ class_name: 'Sequential', config: { name: 'small', layers, ...config }, ...beside });
  }

  function shapeOf(text: string): unknown {
    const values = WEIGHTS.map(({ layer, own, shape }) => ({ name: `${layer}/${own}`, shape, values: valuesOf(shape) }));
    const { topology } = forInference('network.h5', packArtifacts(kerasTopology('network.h5', text, null), values));
    const [input] = objectsIn(topology.config.layers);
    return [input?.class_name, asObject(input?.config)?.batch_input_shape];
  }

  it.each([
    ['in build_input_shape', sequentialNetwork({ build_input_shape: SHAPE })],
    [
      'in build_input_shape, as a shape of TensorFlow',
      sequentialNetwork({ build_input_shape: { class_name: 'TensorShape', items: SHAPE } }),
    ],
    ['in Keras 3’s build_config', sequentialNetwork({}, { build_config: { input_shape: SHAPE } })],
    ['with its first layer', sequentialNetwork({}, {}, { build_config: { input_shape: SHAPE } })],
  ])('has it %s, whatever the batch was then', (_where, text) => {
    expect(shapeOf(text)).toEqual(['InputLayer', [null, 12, 12, 3]]);
  });

  it('says so where it has none at all', () => {
    expect(() => shapeOf(sequentialNetwork({}))).toThrow('does not say what it takes');
  });

  it('may begin with a model that has none either', () => {
    const layers = networkAround()
      .config.layers.slice(1)
      .map(({ inbound_nodes: _, ...layer }) => layer);
    const prepare = {
      class_name: 'Sequential',
      config: { name: 'prepare', layers: [{ class_name: 'Resizing', config: { name: 'resizing', height: 12, width: 12 } }] },
    };
    const config = { name: 'small', layers: [prepare, ...layers], build_input_shape: [32, 30, 40, 3] };
    const text = JSON.stringify({ class_name: 'Sequential', config });
    expect(shapeOf(text)).toEqual(['InputLayer', [null, 30, 40, 3]]);
  });
});
