import { describe, expect, it } from 'vitest';
import { withChannelSide } from './channel-side.ts';
import { constant, wholeNumbers } from './nodes/constant.ts';
import { GraphNode, type OperationGraph } from './nodes/graph.ts';

function node(kind: string, inputs: string[], output: string): GraphNode {
  return new GraphNode({ name: '', kind, domain: '', inputs, outputs: [output], attributes: new Map() });
}

const CONSTANTS = new Map([
  ['last', wholeNumbers([-1])],
  ['first', wholeNumbers([1])],
  ['images', wholeNumbers([-1, 28, 20, 1])],
  ['none', wholeNumbers([0])],
  ['cells', wholeNumbers([28, 20, 1])],
  ['lines', wholeNumbers([-1, 20, 28, 1])],
  ['scale', constant([1], Float32Array.of(1 / 255), true)],
  ['columns', constant([20], new Float32Array(20), true)],
]);

function graph(...nodes: GraphNode[]): OperationGraph {
  return { nodes, constants: CONSTANTS, inputs: [{ name: 'x', shape: [null, 28, 20] }], outputs: ['y'], opset: 18 };
}

describe('images without a side for their channel', () => {
  it.each([
    ['a side is added at the end', node('Unsqueeze', ['s', 'last'], 'a'), [null, 28, 20, 1], 'channels-last'],
    ['a side is added before', node('Unsqueeze', ['s', 'first'], 'a'), [null, 1, 28, 20], 'channels-first'],
    ['they are laid out with one', node('Reshape', ['s', 'images'], 'a'), [null, 28, 20, 1], 'channels-last'],
  ] as const)('are images where %s', (_what, adding, shape, layout) => {
    const given = graph(node('Cast', ['x'], 'c'), node('Mul', ['c', 'scale'], 's'), adding, node('Conv', ['a', 'w'], 'y'));
    const { inputs, nodes } = withChannelSide(given);
    expect(inputs).toEqual([{ name: 'x', shape, layout }]);
    expect(nodes.map(({ kind, inputs: taken }) => [kind, taken[0]])).toEqual([
      ['Cast', 'x'],
      ['Mul', 'c'],
      ['Conv', 's'],
    ]);
  });

  it('are images where the sides that they are laid out with are computed from their own, as by Keras’ Reshape', () => {
    const list = [
      node('Cast', ['x'], 'c'),
      node('Shape', ['c'], 'sides'),
      node('Gather', ['sides', 'none'], 'batch'),
      node('Concat', ['batch', 'cells'], 'list'),
    ];
    const given = graph(...list, node('Reshape', ['c', 'list'], 'a'), node('Conv', ['a', 'w'], 'y'));
    const { inputs, nodes, constants } = withChannelSide(given);
    expect(inputs).toEqual([{ name: 'x', shape: [null, 28, 20, 1], layout: 'channels-last' }]);
    expect(nodes.map(({ kind, inputs: taken }) => [kind, taken[0]])).toEqual([
      ['Cast', 'x'],
      ['Gather', 'sides'],
      ['Concat', 'batch'],
      ['Conv', 'c'],
    ]);
    expect(constants.get('sides')).toEqual(wholeNumbers([1, 28, 20]));
  });

  it.each([
    ['are taken as a sequence', [node('Conv', ['x', 'w'], 'y')]],
    ['become other rows', [node('Reshape', ['x', 'lines'], 'a'), node('Conv', ['a', 'w'], 'y')]],
    ['are moved by column', [node('Add', ['x', 'columns'], 'a'), node('Unsqueeze', ['a', 'last'], 'y')]],
    ['are taken twice', [node('Unsqueeze', ['x', 'last'], 'a'), node('Cast', ['x'], 'b'), node('Add', ['a', 'b'], 'y')]],
  ])('stay what they are where they %s', (_what, nodes) => {
    const given = graph(...nodes);
    expect(withChannelSide(given)).toBe(given);
  });
});
