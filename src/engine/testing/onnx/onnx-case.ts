import type { NodeOf } from '../../../formats/testing/onnx/onnx-writer.ts';

/** `[channels, rows, columns]` */
export type ImageShape = readonly [channels: number, rows: number, columns: number];

/** What ONNX says of a few nodes, which take the image `x` and give `y`. */
export interface OnnxCase {
  readonly name: string;
  readonly nodes: readonly NodeOf[];
  readonly tensors?: readonly Uint8Array[];
  readonly opset?: number;
  /** In float64, flattened as ONNX lays it out. */
  readonly expected: (x: Float64Array, shape: ImageShape) => ArrayLike<number>;
}
