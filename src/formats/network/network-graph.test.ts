import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../json.ts';
import type { Json } from './artifacts.ts';
import { buildableConfig } from './network-graph.ts';

type Reference = readonly [layer: string, call: number];
type Layer = { readonly [key: string]: Json };

/** @param calls what each call takes */
function layer(name: string, ...calls: readonly (readonly Reference[])[]): Layer {
  const nodes = calls.map((call) => call.map(([taken, number]): Json => [taken, number, 0, {}]));
  return { class_name: calls.length ? 'Activation' : 'InputLayer', name, config: { name }, inbound_nodes: nodes };
}

function config(layers: readonly Layer[], output: Reference): { readonly [key: string]: Json } {
  return { name: 'model', layers, input_layers: [['in', 0, 0]], output_layers: [[...output, 0]] };
}

function build(layers: readonly Layer[], output: Reference) {
  return buildableConfig('network.h5', 'Functional', config(layers, output));
}

function callsOf(built: { readonly [key: string]: Json }, name: string): Json {
  return objectsIn(built.layers).find((found) => found.name === name)?.inbound_nodes ?? null;
}

describe('the calls of layers', () => {
  it('stay as they are in a network without shared layers', () => {
    const layers = [
      layer('in'),
      layer('a', [['in', 0]]),
      layer('b', [
        ['a', 0],
        ['in', 0],
      ]),
    ];
    expect(build(layers, ['b', 0])).toEqual(config(layers, ['b', 0]));
  });

  it('stay as they are where a shared layer is called in turn', () => {
    const layers = [layer('in'), layer('shared', [['in', 0]], [['a', 0]]), layer('a', [['shared', 0]])];
    expect(build(layers, ['shared', 1])).toEqual(config(layers, ['shared', 1]));
  });

  it('get other numbers where a later one can be made first', () => {
    // `shared` is called with what `a` makes of its first result, and then with the input itself: in the first round only that can be had.
    const layers = [
      layer('in'),
      layer('shared', [['in', 0]], [['a', 0]], [['in', 0]]),
      layer('a', [['shared', 0]]),
      layer('end', [
        ['shared', 1],
        ['shared', 2],
      ]),
    ];
    const built = build(layers, ['end', 0]);
    expect(callsOf(built, 'end')).toEqual([
      [
        ['shared', 2, 0, {}],
        ['shared', 1, 0, {}],
      ],
    ]);
    expect(build(layers, ['shared', 1]).output_layers).toEqual([['shared', 2, 0]]);
  });

  it('are numbered in models inside a model as well', () => {
    const inside = config([layer('in'), layer('shared', [['in', 0]], [['a', 0]], [['in', 0]]), layer('a', [['shared', 0]])], ['shared', 1]);
    const nested = { ...layer('nested', [['in', 0]]), class_name: 'Functional', config: { ...inside, name: 'nested' } };
    const built = build([layer('in'), nested, layer('end', [['nested', 0]])], ['end', 0]);
    const found = objectsIn(built.layers).find(({ name }) => name === 'nested');
    expect(asObject(found?.config)?.output_layers).toEqual([['shared', 2, 0]]);
  });
});

describe('a network that cannot be built is told of in one sentence', () => {
  const long = (length: number) => Array.from({ length }, (_, i) => layer(`l${i}`, [i ? [`l${i - 1}`, 0] : ['in', 0]]));

  it.each([
    ['a circle', [layer('in'), layer('a', [['b', 0]]), layer('b', [['a', 0]])], 'b', /the layer a waits for itself/],
    ['a layer that is not there', [layer('in'), layer('a', [['b', 0]])], 'a', /the layer b gives, which is not there/],
    ['a call that is not made', [layer('in'), layer('a', [['in', 1]])], 'a', /the layer a waits/],
    ['two layers of one name', [layer('in'), layer('a', [['in', 0]]), layer('a', [['in', 0]])], 'a', /two layers are called a/],
    ['a name that JavaScript has a meaning for', [layer('in'), layer('valueOf', [['in', 0]])], 'valueOf', /called valueOf/],
    ['an output that is not there', [layer('in'), layer('a', [['in', 0]])], 'z', /a result of the layer z/],
    ['too many layers', [layer('in'), ...long(2000)], 'l1999', /2,001 layers/],
  ])('%s', (_what, layers, output, sentence) => {
    expect(() => build(layers, [output, 0])).toThrow(sentence);
    expect(() => build(layers, [output, 0])).toThrow(/^In network\.h5 .*\.$/);
  });
});
