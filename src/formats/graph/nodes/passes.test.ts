import { describe, expect, it } from 'vitest';
import { constant, numbersOf, wholeNumbers } from './constant.ts';
import { type AttributeValue, GraphNode, type OperationGraph } from './graph.ts';
import { inRunningOrder, randomNodes, withConstantsFolded, withoutIdentities, withoutUnused } from './passes.ts';

function node(kind: string, inputs: string[], outputs: string[], attributes: Record<string, AttributeValue> = {}): GraphNode {
  return new GraphNode({ name: `/${kind}`, kind, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) });
}

function graph(nodes: GraphNode[], more: Partial<OperationGraph> = {}): OperationGraph {
  return { nodes, constants: new Map(), inputs: [{ name: 'x', shape: null }], outputs: ['y'], opset: 13, ...more };
}

const kinds = ({ nodes }: OperationGraph) => nodes.map(({ kind }) => kind);

describe('passes over a graph', () => {
  it('leave out what leads to no output', () => {
    const given = graph([node('Relu', ['x'], ['y']), node('Tanh', ['x'], ['aside']), node('Exp', ['aside'], ['further'])]);
    expect(kinds(withoutUnused(given))).toEqual(['Relu']);
  });

  it('put nodes in an order in which they can run', () => {
    const given = graph([node('Exp', ['b'], ['y']), node('Tanh', ['a'], ['b']), node('Relu', ['x'], ['a'])]);
    expect(kinds(inRunningOrder(given))).toEqual(['Relu', 'Tanh', 'Exp']);
  });

  it('compute with floats of as many bits as they have', () => {
    const product = (isDouble: boolean) => {
      const given = graph([node('Mul', ['a', 'b'], ['c']), node('Floor', ['c'], ['d']), node('Relu', ['x'], ['y'])], {
        constants: new Map([
          ['a', constant([], [10], true, isDouble)],
          ['b', constant([], [Math.fround(0.7)], true, isDouble)],
        ]),
      });
      return withConstantsFolded(given).constants.get('d')?.values[0];
    };
    expect([product(false), product(true)]).toEqual([7, 6]);
  });

  it('make truths of all numbers but zero', () => {
    const given = graph([node('Cast', ['a'], ['b'], { to: 9 })], { constants: new Map([['a', constant([3], [0.5, 0, -2], true)]]) });
    expect(withConstantsFolded(given).constants.get('b')).toMatchObject({ isFloat: false, values: Float64Array.of(1, 0, 1) });
  });

  it('name a node that waits for itself, and a tensor that nothing gives', () => {
    expect(() => inRunningOrder(graph([node('Add', ['x', 'y'], ['y'])]))).toThrow('the node /Add (Add) waits for itself');
    expect(() => inRunningOrder(graph([node('Add', ['x', 'z'], ['y'])]))).toThrow('takes the tensor z, which nothing gives');
  });

  it('take what goes into a node that does nothing, at the end of the graph too', () => {
    const given = graph([node('Identity', ['x'], ['a']), node('Relu', ['a'], ['b']), node('Dropout', ['b'], ['y'])]);
    const result = withoutIdentities(given);
    expect(result.nodes.map(({ inputs }) => inputs)).toEqual([['x']]);
    expect(result.outputs).toEqual(['b']);
  });

  it('know drop-out that is told to act as in training, by a number of the file or by a node', () => {
    const dropped = (isTraining: number, asNode: boolean) => {
      const mode = constant([], [isTraining], false);
      const given = [node('Dropout', ['x', '', 'mode'], ['y']), node('Dropout', ['x'], ['z'])];
      if (asNode) return randomNodes(graph([node('Constant', [], ['mode'], { value: mode }), ...given]));
      return randomNodes(graph(given, { constants: new Map([['mode', mode]]) }));
    };
    for (const asNode of [true, false]) {
      expect(dropped(1, asNode)).toEqual(['/Dropout (Dropout)']);
      expect(dropped(0, asNode)).toEqual([]);
    }
  });

  it('take out a node that does nothing where another leaves an input out', () => {
    const given = graph([node('Dropout', ['x'], ['a']), node('Clip', ['a', '', 'most'], ['y'])]);
    expect(withoutIdentities(given).nodes.map(({ inputs }) => inputs)).toEqual([['x', '', 'most']]);
  });

  it('leave a dropout whose mask is read', () => {
    const given = graph([node('Dropout', ['x'], ['a', 'mask']), node('Where', ['mask', 'a', ''], ['y'])]);
    expect(kinds(withoutIdentities(given))).toEqual(['Dropout', 'Where']);
  });

  it('know the shapes of what is known', () => {
    const given = graph([node('Shape', ['pads'], ['length']), node('Pad', ['x', 'length'], ['y'])], {
      constants: new Map([['pads', wholeNumbers([0, 0, 1, 1, 2, 2])]]),
    });
    const { nodes, constants } = withConstantsFolded(given);
    expect(nodes.map(({ kind }) => kind)).toEqual(['Pad']);
    expect(Array.from(constants.get('length')?.values ?? [])).toEqual([6]);
  });

  it('work out chains of shapes: Slice, Cast, Concat, Unsqueeze and Gather', () => {
    const constants = new Map([
      ['shape', wholeNumbers([2, 12, 7, 5])],
      ['one', wholeNumbers([1], [])],
      ['two', wholeNumbers([2])],
      ['four', wholeNumbers([4])],
      ['zero', wholeNumbers([0])],
    ]);
    const nodes = [
      node('Gather', ['shape', 'one'], ['channels']),
      node('Unsqueeze', ['channels', 'zero'], ['asList']),
      node('Div', ['asList', 'two'], ['half']),
      node('Cast', ['half'], ['cast'], { to: 7 }),
      node('Slice', ['shape', 'two', 'four', 'zero'], ['cells']),
      node('Concat', ['two', 'cast', 'cells'], ['target'], { axis: 0 }),
      node('Reshape', ['x', 'target'], ['y']),
    ];
    const result = withConstantsFolded(graph(nodes, { constants }));
    expect(kinds(result)).toEqual(['Reshape']);
    const target = result.constants.get('target');
    expect(target && numbersOf(target)).toEqual([2, 6, 7, 5]);
  });

  it('divide whole numbers towards zero, and others not', () => {
    const divided = (isFloat: boolean) => {
      const constants = new Map([
        ['a', constant([2], [7, -7], isFloat)],
        ['b', constant([], [2], isFloat)],
      ]);
      const value = withConstantsFolded(graph([node('Div', ['a', 'b'], ['y'])], { constants })).constants.get('y');
      return value && numbersOf(value);
    };
    expect(divided(false)).toEqual([3, -3]);
    expect(divided(true)).toEqual([3.5, -3.5]);
  });

  it('make weights of quantised ones, of a scale for each filter', () => {
    const constants = new Map([
      ['w', constant([2, 2], [1, 2, 3, 4], false)],
      ['scale', constant([2], [0.5, 10], true)],
      ['zero', constant([2], [1, 0], false)],
    ]);
    const result = withConstantsFolded(graph([node('DequantizeLinear', ['w', 'scale', 'zero'], ['y'], { axis: 0 })], { constants }));
    const weights = result.constants.get('y');
    expect(weights && numbersOf(weights)).toEqual([0, 0.5, 30, 40]);
  });

  it('turn and repeat constants', () => {
    const constants = new Map([
      ['m', constant([2, 3], [1, 2, 3, 4, 5, 6], true)],
      ['shape', wholeNumbers([2, 1, 3])],
    ]);
    const nodes = [node('Transpose', ['m'], ['t'], { perm: [1, 0] }), node('Expand', ['m', 'shape'], ['e'])];
    const result = withConstantsFolded(graph(nodes, { constants }));
    const [turned, repeated] = [result.constants.get('t'), result.constants.get('e')];
    expect(turned?.shape).toEqual([3, 2]);
    expect(turned && numbersOf(turned)).toEqual([1, 4, 2, 5, 3, 6]);
    expect(repeated?.shape).toEqual([2, 2, 3]);
    expect(repeated && numbersOf(repeated)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });

  it('work out means and sums of weights, along some sides or all', () => {
    const constants = new Map([['w', constant([2, 3], [1, 2, 3, 4, 5, 9], true)]]);
    const value = (kind: string, attributes: Record<string, AttributeValue>) => {
      const result = withConstantsFolded(graph([node(kind, ['w'], ['y'], attributes)], { constants })).constants.get('y');
      return result && [result.shape, numbersOf(result)];
    };
    expect(value('ReduceMean', { axes: [-1] })).toEqual([
      [2, 1],
      [2, 6],
    ]);
    expect(value('ReduceSum', { axes: [0], keepdims: 0 })).toEqual([[3], [5, 7, 12]]);
    expect(value('ReduceProd', { keepdims: 0 })).toEqual([[], [1080]]);
    expect(value('ReduceL2', { axes: [1], keepdims: 0 })?.[1]).toEqual([Math.sqrt(14), Math.sqrt(122)]);
    expect(value('Clip', { min: 2, max: 4 })?.[1]).toEqual([2, 2, 3, 4, 4, 4]);
    expect(() => value('ReduceSum', { axes: [2] })).toThrow('sides are taken together that are not there');
  });
});
