/** Cutting graphs, on models built by tf.js itself. */
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, it } from 'vitest';
import { buildLayerGraph, disposeGraph, findNode, type LayerGraph, tailOf } from './layer-graph.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const dispose of cleanUp.splice(0)) dispose();
});

function convolution(name: string) {
  return tfl.layers.conv2d({ name, filters: 2, kernelSize: 1 });
}

function image() {
  return tfl.input({ shape: [4, 4, 3], name: 'image' });
}

type Symbolic = tfl.SymbolicTensor;

function graphOf(inputs: Symbolic | Symbolic[], outputs: Symbolic | Symbolic[]): LayerGraph {
  const model = tfl.model({ inputs, outputs });
  const graph = buildLayerGraph(model);
  cleanUp.push(() => {
    disposeGraph(graph);
    model.dispose();
  });
  return graph;
}

function cut(graph: LayerGraph, name: string) {
  const node = findNode(graph, name);
  if (!node) throw new Error(`no layer ${name}`);
  const tail = tailOf(graph, node.id);
  const names = (ids: readonly number[]) => ids.map((id) => graph.nodes[id]?.name);
  return { steps: names(tail.steps), skipInputs: names(tail.skipInputs) };
}

describe('a tail', () => {
  it('is what depends on the layer; what it takes from elsewhere are its skip inputs', () => {
    const input = image();
    const a = convolution('a').apply(input) as Symbolic;
    const b = convolution('b').apply(a) as Symbolic;
    const c = convolution('c').apply(a) as Symbolic;
    const joined = tfl.layers.concatenate({ name: 'joined' }).apply([b, c]) as Symbolic;
    const graph = graphOf(input, tfl.layers.concatenate({ name: 'again' }).apply([joined, a]) as Symbolic);
    expect(cut(graph, 'a')).toEqual({ steps: ['b', 'c', 'joined', 'again'], skipInputs: [] });
    expect(cut(graph, 'b')).toEqual({ steps: ['joined', 'again'], skipInputs: ['c', 'a'] });
    expect(cut(graph, 'joined')).toEqual({ steps: ['again'], skipInputs: ['a'] });
    expect(cut(graph, 'again')).toEqual({ steps: [], skipInputs: [] });
  });

  it('of a layer that is used twice follows its last use', () => {
    const input = image();
    const shared = tfl.layers.activation({ name: 'shared', activation: 'relu' });
    const first = shared.apply(input) as Symbolic;
    const middle = tfl.layers.activation({ name: 'middle', activation: 'tanh' }).apply(first) as Symbolic;
    const last = tfl.layers.activation({ name: 'last', activation: 'relu' }).apply(shared.apply(middle)) as Symbolic;
    const graph = graphOf(input, last);
    expect(graph.nodes.slice(1).map(({ name }) => name)).toEqual(['shared', 'middle', 'shared', 'last']);
    expect(cut(graph, 'shared')).toEqual({ steps: ['last'], skipInputs: [] });
  });

  it('reaches out of a model inside the model', () => {
    const inner = image();
    const backbone = tfl.model({
      inputs: inner,
      outputs: convolution('b').apply(convolution('a').apply(inner)) as Symbolic,
      name: 'backbone',
    });
    const input = tfl.input({ shape: [4, 4, 3], name: 'outer' });
    const graph = graphOf(input, convolution('head').apply(backbone.apply(input) as Symbolic) as Symbolic);
    expect(cut(graph, 'backbone/a')).toEqual({ steps: ['backbone/b', 'head'], skipInputs: [] });
  });

  it('goes through a Sequential model as well', () => {
    const model = tfl.sequential({
      layers: [tfl.layers.conv2d({ name: 'a', filters: 1, kernelSize: 1, inputShape: [4, 4, 3] }), convolution('b')],
    });
    const graph = buildLayerGraph(model);
    cleanUp.push(() => {
      disposeGraph(graph);
      model.dispose();
    });
    expect(cut(graph, 'a')).toEqual({ steps: ['b'], skipInputs: [] });
  });
});

describe('a model of several outputs', () => {
  it('is laid out as far as it leads to the one that is asked for', () => {
    const input = image();
    const trunk = convolution('trunk').apply(input) as Symbolic;
    const outputs = [convolution('a').apply(trunk) as Symbolic, convolution('b').apply(trunk) as Symbolic];
    const model = tfl.model({ inputs: input, outputs });
    for (const [index, name] of ['a', 'b'].entries()) {
      const graph = buildLayerGraph(model, index);
      expect(graph.nodes.slice(1).map((node) => node.name)).toEqual(['trunk', name]);
      disposeGraph(graph);
    }
    model.dispose();
  });

  it('inside the model has what its outputs have in common once', () => {
    const inner = image();
    const trunk = convolution('trunk').apply(inner) as Symbolic;
    const backbone = tfl.model({
      inputs: inner,
      outputs: [convolution('a').apply(trunk) as Symbolic, convolution('b').apply(trunk) as Symbolic],
      name: 'backbone',
    });
    const input = tfl.input({ shape: [4, 4, 3], name: 'outer' });
    const [a, b] = backbone.apply(input) as Symbolic[];
    if (!a || !b) throw new Error('there are no two outputs');
    const graph = graphOf(input, tfl.layers.add({ name: 'sum' }).apply([b, a]) as Symbolic);
    expect(graph.nodes.slice(1).map(({ name }) => name)).toEqual(['backbone/trunk', 'backbone/b', 'backbone/a', 'sum']);
  });
});

describe('a model that cannot be cut', () => {
  it('with two inputs is refused, saying how many', () => {
    const [one, two] = [image(), tfl.input({ shape: [4, 4, 3], name: 'second' })];
    const sum = tfl.layers.add().apply([one, two]) as Symbolic;
    expect(() => graphOf([one, two], sum)).toThrow('The model has 2 inputs');
  });
});
