/** Weights that are computed from others whenever a network runs: spectral and weight normalisation, standardised and factored kernels. */
import { describe, expect, it } from 'vitest';
import { type Constant, constant, numbersOf } from './constant.ts';
import { folded } from './constant-operations.ts';
import { type AttributeValue, GraphNode } from './graph.ts';

const float = (shape: readonly number[], ...values: number[]) => constant(shape, values, true);

function result(kind: string, inputs: readonly (Constant | null)[], attributes: Record<string, AttributeValue> = {}): Constant | null {
  const names = inputs.map((_, i) => `i${i}`);
  const node = new GraphNode({
    name: '',
    kind,
    domain: '',
    inputs: names,
    outputs: ['y'],
    attributes: new Map(Object.entries(attributes)),
  });
  return folded(node, inputs);
}

function valuesOf(...of: Parameters<typeof result>): number[] {
  const found = result(...of);
  return found ? numbersOf(found) : [];
}

describe('products of constants', () => {
  const a = float([2, 3], 1, 2, 3, 4, 5, 6);
  const b = float([3, 2], 1, 0, 0, 1, 2, 2);

  it('are those of matrices, of a row or a column, and of two vectors', () => {
    expect(result('MatMul', [a, b])).toMatchObject({ shape: [2, 2] });
    expect(valuesOf('MatMul', [a, b])).toEqual([7, 8, 16, 17]);
    expect(result('MatMul', [a, float([3], 1, 1, 2)])).toMatchObject({ shape: [2], values: Float64Array.of(9, 21) });
    expect(result('MatMul', [float([2], 1, -1), a])).toMatchObject({ shape: [3], values: Float64Array.of(-3, -3, -3) });
    expect(result('MatMul', [float([2], 1, 2), float([2], 3, 4)])).toMatchObject({ shape: [], values: Float64Array.of(11) });
  });

  it('are repeated for each of several matrices', () => {
    const two = float([2, 1, 1, 2], 1, 2, 3, 4);
    const others = float([2, 2, 1], 1, 1, 1, -1);
    expect(result('MatMul', [two, others])).toMatchObject({ shape: [2, 2, 1, 1], values: Float64Array.of(3, -1, 7, -1) });
  });

  it('have their factors and what is added to them, turned as they are to be', () => {
    const settings = { alpha: 2, beta: 10, transA: 1, transB: 1 };
    expect(valuesOf('Gemm', [b, a, float([2], 1, 2)], settings)).toEqual([24, 52, 26, 54]);
  });

  it('are refused where the matrices do not fit, and left alone where they would take for ever', () => {
    expect(() => result('MatMul', [a, a])).toThrow('do not go together');
    expect(() => result('MatMul', [a, float([], 1)])).toThrow('a single number');
    const huge: Constant = { kind: 'constant', shape: [4096, 4096], isFloat: true, values: [] };
    expect(result('MatMul', [huge, huge])).toBeNull();
  });
});

describe('a batch normalisation of constants', () => {
  const x = float([1, 2, 3], 1, 2, 6, -1, 0, 1);
  const each = (one: number, other: number) => float([2], one, other);

  it('is by each channel’s own mean and variance in training, which is how kernels are standardised', () => {
    const inputs = [x, each(1, 3), each(0, 1), each(7, 7), each(7, 7)];
    const root = Math.sqrt(14 / 3 + 0.5);
    const other = Math.sqrt(2 / 3 + 0.5);
    const expected = [-2 / root, -1 / root, 3 / root, 1 - 3 / other, 1, 1 + 3 / other];
    const values = valuesOf('BatchNormalization', inputs, { epsilon: 0.5, training_mode: 1 });
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 12);
  });

  it('is by what is told else', () => {
    const values = valuesOf('BatchNormalization', [x, each(1, 1), each(0, 0), each(1, 0), each(3.5, 0.5)], { epsilon: 0.5 });
    for (const [i, value] of [0, 0.5, 2.5, -1, 0, 1].entries()) expect(values[i]).toBeCloseTo(value, 12);
  });
});

describe('other constants', () => {
  it('become a matrix', () => {
    const x = float([2, 1, 3], 1, 2, 3, 4, 5, 6);
    expect(result('Flatten', [x])).toMatchObject({ shape: [2, 3] });
    expect(result('Flatten', [x], { axis: -1 })).toMatchObject({ shape: [2, 3] });
    expect(result('Flatten', [x], { axis: 0 })).toMatchObject({ shape: [1, 6] });
  });

  it('share one in a softmax along their last side, and are left alone along another', () => {
    const x = float([2, 2], 0, Math.log(3), 1000, 1000);
    for (const [i, value] of [0.25, 0.75, 0.5, 0.5].entries()) expect(valuesOf('Softmax', [x], { axis: -1 })[i]).toBeCloseTo(value, 12);
    expect(result('Softmax', [x], { axis: 0 })).toBeNull();
    expect(result('Softmax', [float([1, 2, 1], 1, 2)])).toBeNull();
  });

  it('are compared and summed, however many there are', () => {
    const three = [float([], 1), float([2], 0, 5), float([], 3)];
    expect(valuesOf('Max', three)).toEqual([3, 5]);
    expect(valuesOf('Min', three)).toEqual([0, 1]);
    expect(valuesOf('Sum', three)).toEqual([4, 9]);
    expect(valuesOf('Mean', [float([], 1), float([2], 0, 5)])).toEqual([0.5, 3]);
  });

  it('have the sign of the divisor in a rest, or of what is divided', () => {
    expect(valuesOf('Mod', [float([2], -7, 7), float([], 3)])).toEqual([2, 1]);
    expect(valuesOf('Mod', [float([2], -7, 7), float([], 3)], { fmod: 1 })).toEqual([-1, 1]);
  });

  it.each([
    ['Sigmoid', 0, 0.5],
    ['Softplus', 0, Math.LN2],
    ['Softplus', 900, 900],
    ['HardSigmoid', 1, 0.7],
    ['LeakyRelu', -2, -0.02],
    ['Elu', -1, Math.expm1(-1)],
    ['Sign', -3, -1],
    ['Round', 2.5, 2],
    ['Relu', -3, 0],
  ])('go through %s', (kind, value, expected) => {
    expect(valuesOf(kind, [float([1], value)])[0]).toBeCloseTo(expected, 7);
  });

  it.each([
    ['ReduceL1', 6],
    ['ReduceMax', 3],
    ['ReduceMin', -2],
    ['ReduceSumSquare', 14],
  ])('become one by %s', (kind, expected) => {
    expect(valuesOf(kind, [float([3], 1, -2, 3)])).toEqual([expected]);
  });
});
