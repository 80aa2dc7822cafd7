/** A model of one operator of TFLite, and what it gives by its definition. */
import type { TableOf } from '../../../formats/testing/tflite/flatbuffer-writer.ts';
import type { OperatorOf, TensorOf } from '../../../formats/testing/tflite/tflite-writer.ts';
import { filled, type Shape, type Values } from '../reference/values.ts';

export interface TfliteCase {
  readonly name: string;
  /** The shape of the image. */
  readonly image: Shape;
  readonly tensors: Readonly<Record<string, TensorOf>>;
  /** The first takes `image`, the last gives `y`. */
  readonly operators: readonly OperatorOf[];
  readonly expected: (image: Values) => Values;
}

export const IMAGE: Shape = [1, 7, 6, 3];

/** Numbers without a pattern, of both signs. */
export function numbers(shape: Shape, seed = 1): Values {
  return filled(shape, (place) => Math.sin(place.reduce((sum, along, i) => sum * 7 + along * (i + 3), seed) * 1.7));
}

export function floats({ shape, data }: Values): TensorOf {
  return { shape, values: data };
}

export function wholes(shape: Shape, ...values: number[]): TensorOf {
  return { shape, type: 'int32', values };
}

export function single(
  name: string,
  kind: string,
  expected: TfliteCase['expected'],
  parts: { options?: TableOf; tensors?: Readonly<Record<string, TensorOf>>; inputs?: readonly string[]; image?: Shape } = {},
): TfliteCase {
  const { options, tensors = {}, inputs = ['image', ...Object.keys(tensors)], image = IMAGE } = parts;
  return { name: `${kind} ${name}`, image, tensors, operators: [{ kind, inputs, outputs: ['y'], ...(options && { options }) }], expected };
}
