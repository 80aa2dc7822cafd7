import { describe, expect, it } from 'vitest';
import { wholeNumbers } from '../../graph/nodes/constant.ts';
import { type AttributeValue, GraphNode, type OperationGraph } from '../../graph/nodes/graph.ts';
import { type Branches, withPlainSqueezes } from './conditional-squeeze.ts';

function node(kind: string, inputs: string[], output: string, attributes: Record<string, AttributeValue> = {}): GraphNode {
  return new GraphNode({ name: `/${kind}`, kind, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) });
}

const BRANCHES: Branches = {
  whenTrue: [node('Constant', [], 'list', { value: wholeNumbers([2]) }), node('Squeeze', ['x', 'list'], 'squeezed')],
  whenFalse: [node('Identity', ['x'], 'same')],
};

const GRAPH: OperationGraph = {
  nodes: [
    node('Shape', ['x'], 'sides'),
    node('Constant', [], 'axis', { value: wholeNumbers([2], []) }),
    node('Gather', ['sides', 'axis'], 'side'),
    node('Equal', ['side', 'one'], 'is'),
    node('If', ['is'], 'y'),
  ],
  constants: new Map([['one', wholeNumbers([1])]]),
  inputs: [{ name: 'x', shape: null }],
  outputs: ['y'],
  opset: 13,
};

/** What becomes of the condition. */
function read(branches: Branches, graph = GRAPH) {
  const last = withPlainSqueezes(graph, () => branches).nodes.at(-1);
  return last && [last.kind, last.inputs, last.numbers('axes')];
}

describe('a side that is taken away where it is one', () => {
  it('is taken away', () => {
    expect(read(BRANCHES)).toEqual(['Squeeze', ['x'], [2]]);
  });

  it.each<[string, Branches, OperationGraph?]>([
    ['another tensor', { ...BRANCHES, whenFalse: [node('Identity', ['z'], 'same')] }],
    ['another operation', { ...BRANCHES, whenFalse: [node('Relu', ['x'], 'same')] }],
    ['more than that', { ...BRANCHES, whenTrue: [...BRANCHES.whenTrue, node('Relu', ['squeezed'], 'more')] }],
    [
      'another side',
      BRANCHES,
      {
        ...GRAPH,
        nodes: GRAPH.nodes.map((own) => (own.kind === 'Constant' ? node('Constant', [], 'axis', { value: wholeNumbers([3], []) }) : own)),
      },
    ],
    ['another length', BRANCHES, { ...GRAPH, constants: new Map([['one', wholeNumbers([2])]]) }],
    [
      'the shape of another tensor',
      BRANCHES,
      { ...GRAPH, nodes: GRAPH.nodes.map((own) => (own.kind === 'Shape' ? node('Shape', ['z'], 'sides') : own)) },
    ],
  ])('stays a condition of %s', (_what, branches, graph) => {
    expect(read(branches, graph)?.[0]).toBe('If');
  });
});
