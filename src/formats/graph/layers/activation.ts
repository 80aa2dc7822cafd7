/**
 * A tensor that a layer gives. The graph counts its sides as `[batch, channels, rows, columns]`, the layer gives them channels last: so a tensor
 * knows which of its sides each side of the layer's result is, and a transposition is nothing but another way to count.
 */
import type { LayerWriter } from './layer-writer.ts';

export interface Activation {
  readonly kind: 'activation';
  readonly layer: string;
  /** As the graph counts the sides, with the batch. */
  readonly shape: readonly number[];
  /** For each side of the layer's result, which of these it is; the batch comes first. */
  readonly axes: readonly number[];
}

/** `[0, 2, 3, 1]` for images. */
export function channelsLast(rank: number): number[] {
  return rank < 3 ? Array.from({ length: rank }, (_, i) => i) : [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

export function inOrder(rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => i);
}

export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Which side of the layer's result a side of the tensor is. */
export function layerAxis({ axes }: Activation, axis: number): number {
  return axes.indexOf(axis);
}

/** The shape of the layer's result, with the batch. */
export function layerShape({ shape, axes }: Activation): number[] {
  return axes.map((axis) => shape[axis] ?? 1);
}

/** Whether values lie in the same order, whichever sides of one there are. */
export function liesAs({ shape, axes }: Activation, wanted: readonly number[]): boolean {
  const long = (order: readonly number[]) => order.filter((axis) => axis === 0 || (shape[axis] ?? 1) > 1);
  return long(axes).join() === long(wanted).join();
}

/** The same tensor with its sides laid out in this order, by a layer of its own where they lie otherwise. */
export function arranged(writer: LayerWriter, x: Activation, wanted: readonly number[], name: string): Activation {
  if (x.axes.join() === wanted.join()) return x;
  const dims = wanted.slice(1).map((axis) => layerAxis(x, axis));
  return { ...x, layer: writer.layer('Permute', name, [x.layer], { dims }), axes: wanted };
}
