import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { checkpointLayers, networkFile, soundCheckpoint } from '../testing/sound-checkpoints.ts';
import { inputOf, layerOf, type NetworkJson, soundNetwork, valuesOf, WEIGHTS } from '../testing/sound-network.ts';
import { expectSound, refusal } from '../testing/sound-reading.ts';
import { message } from '../testing/tensorflow-bytes.ts';
import {
  checkpointFiles,
  DTYPES,
  GRAPH_KEY,
  objectGraph,
  type StoredTensor,
  SUFFIX,
  stringTensor,
  type Tracked,
} from '../testing/tensorflow-writer.ts';

describe('layers are told', () => {
  const variable = (key: string, fullName: string): Tracked => ({ key: key + SUFFIX, fullName });
  const tensor = (key: string, shape: readonly number[]): StoredTensor => ({
    key: key + SUFFIX,
    shape,
    bytes: new Uint8Array(valuesOf(shape).buffer),
  });
  const withGraph = (tensors: readonly StoredTensor[], root: Tracked) =>
    checkpointFiles('ckpt', [stringTensor(GRAPH_KEY, objectGraph(root)), ...tensors]);

  it('by their order, whatever they are called', async () => {
    const layers = checkpointLayers(WEIGHTS, (name) => `${name}_17`);
    await expectSound([...soundCheckpoint('ckpt', {}, layers), networkFile()]);
  });

  it('by the names that Keras 3 gives their attributes', async () => {
    const operations: Record<string, Tracked> = { '0': {} };
    const tensors: StoredTensor[] = [];
    for (const [i, { name, weights }] of checkpointLayers().entries()) {
      const children: Record<string, Tracked> = {};
      for (const { own, shape } of weights) {
        const attribute = own === 'kernel' ? '_kernel' : own;
        const key = `_operations/${i + 1}/${attribute}`;
        tensors.push(tensor(key, shape));
        children[attribute] = own === 'bias' ? { children: { _value: variable(key, own) } } : variable(key, `${name}/${own}`);
      }
      // The pooling before the last one has no weights.
      operations[i === 2 ? '4' : `${i + 1}`] = { children };
    }
    operations['3'] = {};
    const root = { children: { _operations: { children: operations }, _layers: { children: operations } } };
    await expectSound([...withGraph(tensors, root), networkFile()]);
  });

  it('in a list of all weights, as an export has them', async () => {
    const variables: Record<string, Tracked> = {};
    const tensors = WEIGHTS.map(({ layer, own, shape }, i) => {
      variables[i] = variable(`variables/${i}`, `${layer}/${own}`);
      return tensor(`variables/${i}`, shape);
    });
    await expectSound([...withGraph(tensors, { children: { variables: { children: variables } } }), networkFile()]);
  });

  it('by their names, in a class of somebody’s own', async () => {
    const attributes: Record<string, string> = { scores: 'head', norm: 'bn', conv: 'stem' };
    const children: Record<string, Tracked> = {};
    const tensors: StoredTensor[] = [];
    for (const { name, weights } of checkpointLayers().reverse()) {
      const owns = weights.map(({ own, shape }): [string, Tracked] => {
        tensors.push(tensor(`${attributes[name]}/${own}`, shape));
        return [own, variable(`${attributes[name]}/${own}`, `my_model/${name}/${own}`)];
      });
      children[attributes[name] ?? ''] = { children: Object.fromEntries(owns) };
    }
    await expectSound([...withGraph(tensors, { children }), networkFile()]);
    const others = withGraph(tensors, {
      children: Object.fromEntries(Object.entries(children).map(([name, { children: owns = {} }]) => [name, { children: renamed(owns) }])),
    });
    await expect(readModel([...others, networkFile()])).rejects.toMatchObject(
      refusal('model-file-broken', 'The checkpoint ckpt\\.index does not hold', 'numbered nowhere, and none of them is called conv\\)'),
    );
  });

  function renamed(owns: Readonly<Record<string, Tracked>>): Record<string, Tracked> {
    return Object.fromEntries(Object.entries(owns).map(([own, tracked]) => [own, { ...tracked, fullName: `my_model/other/${own}` }]));
  }

  it('by their names, as TensorFlow 1 writes them', async () => {
    const tensors = WEIGHTS.map(({ layer, own, shape }) => ({ ...tensor('', shape), key: `${layer}/${own}` }));
    const slots = tensors.map((each) => ({ ...each, key: `${each.key}/Adam`, bytes: each.bytes.map(() => 1) }));
    const step = { key: 'global_step', shape: [], bytes: new Uint8Array(8), dtype: DTYPES.int64 };
    const graph = { name: 'model.ckpt-100.meta', bytes: message([1, 'graph']) };
    await expectSound([...checkpointFiles('model.ckpt-100', [...tensors, ...slots, step]), graph, networkFile()]);
  });

  it.each([
    ['training/Adam', ['m', 'v']],
    ['Adam', ['m', 'v']],
    ['RMSprop', ['rms']],
  ])('by their names, beside what an optimiser of Keras keeps below %s', async (scope, slots) => {
    const tensors = WEIGHTS.map(({ layer, own, shape }) => ({ ...tensor('', shape), key: `${layer}/${own}` }));
    const kept = slots.flatMap((slot) =>
      tensors.map((each) => ({ ...each, key: `${scope}/${each.key}/${slot}`, bytes: each.bytes.map(() => 1) })),
    );
    const settings = ['lr', 'beta_1', 'decay'].map((own) => ({ ...tensor('', []), key: `${scope}/${own}` }));
    const unnamed = [0, 1].map((i) => ({ ...tensor('', [3]), key: `${scope}/Variable_${i}` }));
    await expectSound([...checkpointFiles('model.ckpt', [...tensors, ...kept, ...settings, ...unnamed]), networkFile()]);
  });

  it('also where an object has more attributes than anything that was trained', async () => {
    const shared = variable('w', 'w');
    const children = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`a${i}`, shared]));
    await expect(readModel([...withGraph([tensor('w', [1])], { children: { net: { children } } }), networkFile()])).rejects.toMatchObject(
      refusal('model-file-broken', 'The checkpoint ckpt\\.index does not hold the weights of the network'),
    );
  }, 5000);

  it('where a shorter way leads to their tensors', async () => {
    // A nested model's variables are listed at the top, where their keys come from.
    const variables: Record<string, Tracked> = {};
    const tensors: StoredTensor[] = [];
    const layers = checkpointLayers().map(({ name, weights }) => {
      const owns = weights.map(({ own, shape }): [string, Tracked] => {
        const number = Object.keys(variables).length;
        const one = variable(`variables/${number}`, `${name}/${own}`);
        tensors.push(tensor(`variables/${number}`, shape));
        variables[number] = one;
        return [own, one];
      });
      return { children: Object.fromEntries(owns) };
    });
    const [conv, norm, scores] = layers;
    const base = { children: { 'layer_with_weights-0': conv as Tracked, 'layer_with_weights-1': norm as Tracked } };
    const root = {
      children: { variables: { children: variables }, 'layer_with_weights-0': base, 'layer_with_weights-1': scores as Tracked },
    };
    await expectSound([...withGraph(tensors, root), networkFile()]);
  });

  it('in a network with a model inside', async () => {
    const { config } = soundNetwork();
    const [, conv, norm] = config.layers;
    const inner = layerOf(
      'Functional',
      'base',
      {
        layers: [inputOf('in'), { ...conv, inbound_nodes: layerOf('', '', {}, 'in').inbound_nodes }, norm],
        input_layers: [['in', 0, 0]],
        output_layers: [['norm', 0, 0]],
      },
      'image',
    );
    const nested: NetworkJson = {
      ...soundNetwork(),
      config: {
        ...config,
        layers: [
          config.layers[0],
          inner,
          layerOf('GlobalAveragePooling2D', 'pool', {}, 'base'),
          config.layers[4],
        ] as NetworkJson['config']['layers'],
      },
    };
    const { artifacts } = await readModel([...soundCheckpoint(), networkFile('nested.json', nested)]);
    expect(artifacts.weights.map(({ name }) => name)).toEqual(
      WEIGHTS.map(({ layer, own }) => (layer === 'scores' ? `scores/${own}` : `base/${layer}/${own}`)),
    );
  });
});
