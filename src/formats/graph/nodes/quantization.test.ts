import { describe, expect, it } from 'vitest';
import { type Constant, constant } from './constant.ts';
import { GraphNode, type OperationGraph } from './graph.ts';
import { dequantized, quantized, withoutRounding } from './quantization.ts';

function node(kind: string, inputs: readonly string[], output: string, more: Readonly<Record<string, number>> = {}): GraphNode {
  const attributes = new Map(Object.entries({ axis: 0, ...more }));
  return new GraphNode({ name: '', kind, domain: '', inputs, outputs: [output], attributes });
}

const float = (...values: number[]) => constant(values.length === 1 ? [] : [values.length], values, true);
const int8 = (value: number): Constant => ({ ...constant([], [value], false), range: [-128, 127] });
const uint8 = (value: number): Constant => ({ ...constant([], [value], false), range: [0, 255] });

describe('constants', () => {
  it('are rounded to the nearest whole number, of two to the even one, and cut to their type', () => {
    const values = [0.25, 0.75, 1.25, -0.25, -0.75, 100, -100];
    const q = quantized(node('QuantizeLinear', [], 'q'), [float(...values), float(0.5), int8(1)]);
    expect(Array.from(q?.values ?? [])).toEqual([1, 3, 3, 1, -1, 127, -128]);
    expect(q?.range).toEqual([-128, 127]);
    const d = dequantized(node('DequantizeLinear', [], 'd'), [q ?? null, float(0.5), int8(1)]);
    expect(Array.from(d?.values ?? [])).toEqual([0, 1, 1, 0, -1, 63, -64.5]);
  });

  it('have a scale for each place of a side', () => {
    const weights = constant([2, 2], [1, 2, 3, 4], false);
    const d = dequantized(node('DequantizeLinear', [], 'd'), [weights, float(10, 100), null]);
    expect(Array.from(d?.values ?? [])).toEqual([10, 20, 300, 400]);
  });

  it('have a scale for each block of a side, the last of which may be shorter', () => {
    const weights = constant([3, 2], [1, 2, 3, 4, 5, 6], false);
    const scales = constant([2, 2], [10, 100, 1, 1000], true);
    const d = dequantized(node('DequantizeLinear', [], 'd', { block_size: 2 }), [weights, scales, null]);
    expect(Array.from(d?.values ?? [])).toEqual([10, 200, 30, 400, 5, 6000]);
  });

  it('are refused with scales that do not fit', () => {
    const weights = constant([2, 2], [1, 2, 3, 4], false);
    const scales = [constant([2, 2], [1, 2, 3, 4], true), float(1, 2, 3)];
    for (const scale of scales)
      expect(() => dequantized(node('DequantizeLinear', [], 'd'), [weights, scale, null])).toThrow('scales or zero points of the shape');
  });

  it('are cut to the type that is named where there is no zero point', () => {
    const q = quantized(node('QuantizeLinear', [], 'q', { output_dtype: 3 }), [float(-100, 100), float(0.5), null]);
    expect(Array.from(q?.values ?? [])).toEqual([-128, 127]);
    expect(() => quantized(node('QuantizeLinear', [], 'q', { output_dtype: 17 }), [float(1, 2), float(0.5), null])).toThrow(
      'not read here',
    );
  });
});

describe('what is computed from the image', () => {
  const pair = (input: string, zero: string, output: string) => [
    node('QuantizeLinear', [input, 's', zero], `${output}.q`),
    node('DequantizeLinear', [`${output}.q`, 's', zero], output),
  ];
  const graph = (nodes: readonly GraphNode[]): OperationGraph => ({
    nodes,
    constants: new Map([
      ['s', float(0.5)],
      ['i', int8(-28)],
      ['u', uint8(0)],
    ]),
    inputs: [{ name: 'image', shape: null }],
    outputs: ['out'],
    opset: 13,
  });

  it('is not rounded, and cut off where its type ends', () => {
    const { nodes } = withoutRounding(graph([...pair('image', 'i', 'a'), ...pair('a', 'u', 'b'), node('Relu', ['b'], 'out')]));
    const clips = nodes.filter(({ kind }) => kind === 'Clip').map((clip) => [clip.number('min', 9), clip.number('max', 9)]);
    expect(clips).toEqual([
      [-50, 77.5],
      [0, 127.5],
    ]);
  });

  it('is cut off where the type ends that is named instead of a zero point', () => {
    const quantize = node('QuantizeLinear', ['image', 's'], 'q', { output_dtype: 3 });
    const { nodes } = withoutRounding(graph([quantize, node('DequantizeLinear', ['q', 's'], 'a'), node('Relu', ['a'], 'out')]));
    const clip = nodes.find(({ kind }) => kind === 'Clip');
    expect([clip?.number('min', 9), clip?.number('max', 9)]).toEqual([-64, 63.5]);
  });

  it('is cut off before it is taken elsewhere, and not read by another scale or zero point than it was rounded by', () => {
    const pool = [node('QuantizeLinear', ['image', 's', 'i'], 'q'), node('MaxPool', ['q'], 'p')];
    const { nodes } = withoutRounding(graph([...pool, node('DequantizeLinear', ['p', 's', 'i'], 'a'), node('Relu', ['a'], 'out')]));
    expect(nodes.map(({ kind }) => kind)).toEqual(['Clip', 'MaxPool', 'Identity', 'Relu']);
    const other = withoutRounding(graph([...pool, node('DequantizeLinear', ['p', 's', 'u'], 'a'), node('Relu', ['a'], 'out')]));
    expect(other.nodes.map(({ kind }) => kind)).toEqual(['QuantizeLinear', 'MaxPool', 'DequantizeLinear', 'Relu']);
  });

  it('is left as it is where it is scores', () => {
    const { nodes } = withoutRounding(graph([node('Gemm', ['image'], 'g'), ...pair('g', 'i', 'r'), node('Softmax', ['r'], 'out')]));
    expect(nodes.map(({ kind }) => kind)).toEqual(['Gemm', 'QuantizeLinear', 'Identity', 'Softmax']);
  });
});
