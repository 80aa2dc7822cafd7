import { describe, expect, it } from 'vitest';
import { type AttributeValue, GraphNode, type OperationGraph } from './graph.ts';
import { withPlainOperators } from './plain-operators.ts';

function node(kind: string, inputs: string[], outputs: string[], attributes: Record<string, AttributeValue> = {}, name = kind): GraphNode {
  const domain = kind.startsWith('Fused') || kind.startsWith('QLinearA') ? 'com.microsoft' : '';
  return new GraphNode({ name, kind, domain, inputs, outputs, attributes: new Map(Object.entries(attributes)) });
}

function kindsOf(nodes: GraphNode[], constants: OperationGraph['constants'] = new Map()): string[] {
  const graph = { nodes, constants, inputs: [{ name: 'x', shape: null }], outputs: ['y'], opset: 13 };
  return withPlainOperators(graph).nodes.map(({ name, kind }) => `${name} ${kind}`.trim());
}

describe('operators of runtimes', () => {
  it('leave a graph of ONNX’s own as it is', () => {
    const graph = { nodes: [node('Conv', ['x', 'w'], ['y'])], constants: new Map(), inputs: [], outputs: ['y'], opset: 13 };
    expect(withPlainOperators(graph)).toBe(graph);
  });

  it('give the node’s name to what it gives in the end', () => {
    const fused = node('FusedConv', ['x', 'w', 'b', 'z'], ['y'], { activation: 'Relu' }, 'conv1');
    expect(kindsOf([fused])).toEqual(['conv1.conv Conv', 'conv1.add Add', 'conv1 Relu']);
    const quantized = node('QLinearConv', ['x', 's', 'z', 'w', 's', 'z', 's', 'z'], ['y'], {}, '');
    expect(kindsOf([quantized])).toEqual(['DequantizeLinear', 'DequantizeLinear', 'y.conv Conv', 'y QuantizeLinear']);
  });

  it('are left to be refused with a function that is not known, or with channels that lie otherwise', () => {
    const [unknown, cut, last] = [
      node('FusedConv', ['x', 'w'], ['y'], { activation: 'Selu' }),
      node('FusedConv', ['x', 'w'], ['y'], { activation: 'Clip' }),
      node('QLinearAveragePool', ['x', 's', 'z', 's', 'z'], ['y'], { channels_last: 1 }),
    ];
    expect(kindsOf([unknown])).toEqual(['FusedConv FusedConv']);
    expect(kindsOf([cut])).toEqual(['FusedConv FusedConv']);
    expect(kindsOf([last])).toEqual(['QLinearAveragePool QLinearAveragePool']);
  });

  it('are left where something else than products takes what is rounded image by image', () => {
    const rounding = node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']);
    const product = node('ConvInteger', ['q', 'w', 'z'], ['y']);
    expect(kindsOf([rounding, product])).toEqual(['Identity', 'DequantizeLinear', 'ConvInteger Conv']);
    expect(kindsOf([rounding, product, node('MaxPool', ['q'], ['p'])])[0]).toBe('DynamicQuantizeLinear DynamicQuantizeLinear');
    expect(kindsOf([rounding, node('Cast', ['z'], ['y'])])[0]).toBe('DynamicQuantizeLinear DynamicQuantizeLinear');
    expect(kindsOf([rounding, node('ConvInteger', ['x', 'q', 'z'], ['y'])])[0]).toBe('DynamicQuantizeLinear DynamicQuantizeLinear');
  });

  it('are left where nothing tells which whole number stands for zero', () => {
    expect(kindsOf([node('ConvInteger', ['x', 'w', 'z'], ['y'])])).toEqual(['ConvInteger ConvInteger']);
    const z = { kind: 'constant', shape: [], values: [128], isFloat: false } as const;
    expect(kindsOf([node('ConvInteger', ['x', 'w', 'z'], ['y'])], new Map([['z', z]]))).toEqual([
      'Sub',
      'DequantizeLinear',
      'ConvInteger Conv',
    ]);
  });

  it('take no name that a tensor has', () => {
    const taken = node('Relu', ['x'], ['y.Conv'], {}, 'relu');
    const { nodes } = withPlainOperators({
      nodes: [taken, node('FusedConv', ['y.Conv', 'w'], ['y'], { activation: 'Relu' })],
      constants: new Map(),
      inputs: [],
      outputs: ['y'],
      opset: 13,
    });
    expect(nodes.map(({ outputs }) => outputs[0])).toEqual(['y.Conv', 'y.Conv_1', 'y']);
  });
});
