import { describe, expect, it } from 'vitest';
import type { Json, ModelTopology } from '../formats/artifacts.ts';
import { linearOutput } from './linear-output.ts';

function dense(name: string, activation: Json): Json {
  return { class_name: 'Dense', name, config: { name, units: 3, activation } };
}

function functional(layers: readonly Json[], output: string): ModelTopology {
  return { class_name: 'Functional', config: { name: 'net', layers, output_layers: [[output, 0, 0]] } };
}

/** The activations of the topology's layers, in order. */
function activationsOf({ config }: ModelTopology): unknown[] {
  return (config.layers as { config: { activation?: Json } }[]).map((layer) => layer.config.activation);
}

describe('the output’s activation', () => {
  it.each([
    ['softmax', 'softmax'],
    ['sigmoid', 'sigmoid'],
  ])('%s is taken off and remembered', (given, activation) => {
    const result = linearOutput(functional([dense('hidden', 'softmax'), dense('out', given)], 'out'));
    expect(result.activation).toBe(activation);
    expect(activationsOf(result.topology)).toEqual(['softmax', 'linear']);
  });

  it('is taken off the layer that the model names, wherever that stands', () => {
    const result = linearOutput(functional([dense('out', 'softmax'), dense('side', 'relu')], 'out'));
    expect(activationsOf(result.topology)).toEqual(['linear', 'relu']);
  });

  it('is found where output_layers is one entry and no list', () => {
    const topology = functional([dense('out', 'softmax')], 'out');
    const single = { ...topology, config: { ...topology.config, output_layers: ['out', 0, 0] } };
    expect(linearOutput(single).activation).toBe('softmax');
  });

  it('may be a layer of its own', () => {
    const softmax: Json = { class_name: 'Softmax', config: { name: 'probabilities', axis: -1 } };
    const activation: Json = { class_name: 'Activation', config: { name: 'probabilities', activation: 'softmax' } };
    for (const last of [softmax, activation]) {
      const result = linearOutput(functional([dense('out', 'linear'), last], 'probabilities'));
      expect(result.activation).toBe('softmax');
      expect(activationsOf(result.topology)).toEqual(['linear', 'linear']);
    }
  });

  it.each(['Reshape', 'Flatten'])('is found before a %s that only lays the scores out, as in MobileNet', (kind) => {
    const last: Json = { class_name: kind, config: { name: 'last' }, inbound_nodes: [[['out', 0, 0, {}]]] };
    const model = functional([dense('out', 'softmax'), dense('side', 'relu'), last], 'last');
    expect(linearOutput(model).activation).toBe('softmax');
    expect(activationsOf(linearOutput(model).topology)).toEqual(['linear', 'relu', undefined]);
    const sequential: ModelTopology = {
      class_name: 'Sequential',
      config: { name: 'net', layers: [dense('out', 'softmax'), { class_name: kind, config: { name: 'last' } }] },
    };
    expect(linearOutput(sequential).activation).toBe('softmax');
  });

  it('that stands before a layout and is no score’s stays where it is', () => {
    const last: Json = { class_name: 'Flatten', config: { name: 'last' }, inbound_nodes: [[['out', 0, 0, {}]]] };
    const topology = functional([dense('out', 'relu'), last], 'last');
    expect(linearOutput(topology)).toEqual({ topology, activation: null });
  });

  it('may be written as an object', () => {
    expect(linearOutput(functional([dense('out', { class_name: 'Softmax', config: {} })], 'out')).activation).toBe('softmax');
  });

  it('of a Sequential model is its last layer’s', () => {
    const topology: ModelTopology = {
      class_name: 'Sequential',
      config: { name: 'net', layers: [dense('a', 'relu'), dense('b', 'sigmoid')] },
    };
    expect(linearOutput(topology)).toMatchObject({ activation: 'sigmoid' });
  });

  it('of a model inside the model is taken off in there', () => {
    const inner: Json = {
      class_name: 'Functional',
      name: 'head',
      config: { name: 'head', layers: [dense('out', 'softmax')], output_layers: [['out', 0, 0]] },
    };
    const { topology, activation } = linearOutput(functional([dense('first', 'relu'), inner], 'head'));
    expect(activation).toBe('softmax');
    expect(JSON.stringify(topology)).not.toContain('softmax');
  });

  it('that is linear leaves the topology as it was', () => {
    const topology = functional([dense('out', 'linear')], 'out');
    expect(linearOutput(topology)).toEqual({ topology, activation: null });
  });

  it('that is neither softmax nor sigmoid is refused', () => {
    expect(() => linearOutput(functional([dense('out', 'tanh')], 'out'))).toThrow('The model ends in the activation tanh');
  });
});
