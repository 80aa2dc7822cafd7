/** A drawn network: layers, how they are called, and what each call gives for the drawn image. */
import type { Preprocessing } from '../../src/core/images/preprocessing.ts';
import type { Json } from '../../src/formats/network/artifacts.ts';

/** Float64 values of one image, row by row; the shape is without the batch. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type Config = Readonly<Record<string, Json>>;

export interface Weight {
  /** As Keras 2 calls it, such as `depthwise_kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Float32, as files hold them. */
  readonly values: Float32Array;
}

/** What a call gives. */
export interface Tensor {
  readonly layer: Layer;
  /** The how many-th call of the layer, from 0. */
  readonly call: number;
  readonly values: Values;
}

export interface Layer {
  /** The Keras class. */
  readonly kind: string;
  readonly name: string;
  readonly config: Config;
  /** In Keras' order. */
  readonly weights: readonly Weight[];
  /** Of a model that is used as a layer. */
  readonly inner: Model | null;
  readonly operation: Operation | null;
  /** What each call takes. */
  readonly calls: (readonly Tensor[])[];
}

/** An operation among the layers, such as `x / 127.5`, which Keras writes down in a way of its own. */
export interface Operation {
  /** The layer that does the same. */
  readonly equivalent: { readonly kind: string; readonly config: Config };
  /** Where Keras 3 has it. */
  readonly module: string;
  /** How its call is written down, from what it takes. */
  readonly call: (tensors: readonly Json[]) => Json;
}

/** An output beside the one that is asked about. */
export interface OtherOutput {
  readonly output: Tensor;
  /** Whether it comes before that one. */
  readonly isFirst: boolean;
}

export interface Model {
  readonly kind: 'Functional' | 'Sequential';
  /** In the order in which they were made; the first is the input. */
  readonly layers: readonly Layer[];
  readonly output: Tensor;
  /** Of a model with another output besides; null for others. */
  readonly other: OtherOutput | null;
  /** Sequential models of old have no layer for what goes in: their first layer says its shape. */
  readonly isInputImplied: boolean;
}

/** Which Keras writes the network down. */
export type Dialect = 'keras-2' | 'keras-3';

export type HeadActivation = 'softmax' | 'sigmoid' | 'linear';

/** RGBA, of the size that the network takes. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export interface DrawnNetwork {
  readonly dialect: Dialect;
  /** The numbers that it was trained with. */
  readonly precision: 'float32' | 'mixed_float16';
  readonly model: Model;
  /** The layer whose activation makes probabilities of logits. */
  readonly scoring: Layer;
  readonly activation: HeadActivation;
  readonly image: Image;
  readonly preprocessing: Preprocessing;
}
