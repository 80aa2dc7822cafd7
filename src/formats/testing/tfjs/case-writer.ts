/** Writes operations of TensorFlow as graph-models of an image of 8 × 7 pixels. */
import { valuesOf } from '../sound-network.ts';
import type { GraphModelOf, TensorFlowNodeOf, WeightOf } from './graph-model-writer.ts';

export interface OperationCase {
  readonly name: string;
  readonly model: GraphModelOf;
}

export const [ROWS, COLUMNS] = [8, 7];

export type Attributes = NonNullable<TensorFlowNodeOf['attr']>;
export type Weights = Readonly<Record<string, WeightOf>>;

export function floats(...shape: number[]): WeightOf {
  return { shape, values: valuesOf(shape) };
}

export function ofValues(shape: readonly number[], ...values: number[]): WeightOf {
  return { shape, values };
}

export function whole32(shape: readonly number[], ...values: number[]): WeightOf {
  return { shape, values, dtype: 'int32' };
}

export function ints(...values: number[]): WeightOf {
  return whole32([values.length], ...values);
}

export function int(value: number): WeightOf {
  return whole32([], value);
}

/** @param nodes after the image `x`; the last one gives the result, which is laid out as a vector */
export function network(name: string, nodes: readonly TensorFlowNodeOf[], weights: Weights = {}): OperationCase {
  const last = nodes.at(-1)?.name ?? '';
  const all: TensorFlowNodeOf[] = [
    { name: 'image', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' } } },
    // The image, as a layer that can be explained.
    { name: 'x', op: 'Relu', input: ['image'] },
    ...nodes,
    { name: 'scores', op: 'Reshape', input: [last, 'scores/shape'] },
  ];
  const inputs = { image: { name: 'image:0', shape: [-1, ROWS, COLUMNS, 3] } };
  return { name, model: { nodes: all, weights: { ...weights, 'scores/shape': ints(1, -1) }, inputs, outputs: { scores: 'scores' } } };
}

/** One node that takes the image first. */
export function one(name: string, op: string, attr: Attributes = {}, weights: readonly WeightOf[] = []): OperationCase {
  const named = Object.fromEntries(weights.map((weight, i) => [`w${i}`, weight]));
  return network(name, [{ name: 'y', op, input: ['x', ...Object.keys(named)], attr }], named);
}
