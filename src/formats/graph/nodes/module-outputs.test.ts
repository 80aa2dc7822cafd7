import { describe, expect, it } from 'vitest';
import { GraphNode, type OperationGraph } from './graph.ts';
import { moduleOutputs } from './module-outputs.ts';

function node(kind: string, module: string, inputs: readonly string[], output: string): GraphNode {
  return new GraphNode({ name: '', kind, domain: '', inputs, outputs: [output], attributes: new Map(), module });
}

function graph(nodes: readonly GraphNode[], outputs: readonly string[]): OperationGraph {
  return { nodes, constants: new Map(), inputs: [{ name: 'image', shape: null }], outputs, opset: 13 };
}

describe('what modules give', () => {
  it('is the one tensor that others take, of every module around a node', () => {
    const nodes = [
      node('Conv', 'layer1.0.conv1', ['image', 'layer1.0.conv1.weight'], 'c'),
      node('Relu', 'layer1.0.relu', ['c'], 'r'),
      node('Add', 'layer1.0', ['r', 'image'], 'a'),
      node('Relu', 'layer2', ['a'], 'out'),
    ];
    expect([...moduleOutputs(graph(nodes, ['out']))]).toEqual([
      ['layer1.0.conv1', 'c'],
      ['layer1.0', 'a'],
      ['layer1', 'a'],
      ['layer1.0.relu', 'r'],
      ['layer2', 'out'],
    ]);
  });

  it('is not said of modules that give several; a convolution that took a normalisation in gives what that gave', () => {
    const nodes = [
      node('Conv', 'block.conv', ['image', 'onnx::Conv_7'], 'c'),
      node('Relu', 'block.relu', ['c'], 'r'),
      node('Conv', 'features.0', ['r', 'onnx::Conv_9'], 'd'),
      node('Conv', 'features.2.conv_pw', ['r', 'onnx::Conv_9'], 'e'),
      node('Sum', 'sum', ['c', 'd', 'e'], 'out'),
    ];
    expect([...moduleOutputs(graph(nodes, ['out']))]).toEqual([
      ['block.bn', 'c'],
      ['block.relu', 'r'],
      ['features.1', 'd'],
      ['features.2', 'e'],
      ['sum', 'out'],
    ]);
  });

  it('is not said where a convolution took in the normalisation that the next module begins with', () => {
    const nodes = [
      node('Conv', 'stages.0.0', ['image', 'onnx::Conv_7'], 'a'),
      node('Relu', 'stages.0.2', ['a'], 'b'),
      node('Conv', 'stages.0.3', ['b', 'onnx::Conv_9'], 'c'),
      node('Relu', 'stages.1.1', ['c'], 'd'),
      node('Conv', 'stages.1.2', ['d', 'stages.1.2.weight'], 'e'),
      node('Relu', 'act', ['e'], 'out'),
    ];
    expect([...moduleOutputs(graph(nodes, ['out']))]).toEqual([
      ['stages.0.1', 'a'],
      ['stages', 'e'],
      ['stages.0.2', 'b'],
      ['stages.1.1', 'd'],
      ['stages.1', 'e'],
      ['stages.1.2', 'e'],
      ['act', 'out'],
    ]);
  });
});
