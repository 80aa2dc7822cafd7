/**
 * The one in-memory form that every model file becomes: a Keras 2 topology as tf.js reads it, and float32 weights in one buffer.
 * It has the shape of tf.js' own `io.ModelArtifacts`, without importing tf.js.
 */

/** JSON, as parsed: what a file holds before anything about it is known. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `model_config` of a Keras Functional or Sequential model, Keras 2 style (`inbound_nodes: [[["name", 0, 0, {}]]]`). */
export interface ModelTopology {
  readonly class_name: string;
  readonly config: { readonly [key: string]: Json };
  /** What it was trained with, as Keras writes it down, where the file tells. */
  readonly loss?: Json;
  /** Layers that the file tells to draw at random even when the network only runs; left out where there are none. */
  readonly random?: readonly string[];
}

/** One weight: its values lie in the artifacts' buffer in the order of the specs, without gaps. */
interface WeightSpec {
  /** `<layer>/<weight>`, such as `conv1_conv/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
}

export interface ModelArtifacts {
  readonly topology: ModelTopology;
  readonly weights: readonly WeightSpec[];
  /** All weights as little-endian float32, one after the other. */
  readonly data: ArrayBuffer;
  /** What else layers were called before, by that name. */
  readonly otherNames?: ReadonlyMap<string, string>;
}

/** The number of values in a tensor of this shape. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** A weight with its values, before it is laid out among the others. */
export interface WeightValues extends WeightSpec {
  readonly values: ArrayLike<number>;
}

/**
 * Lays the weights out one after the other. Each must hold as many values as its shape says.
 *
 * @param onStep called for every weight, so that whoever waits knows that there is progress
 */
export function packArtifacts(topology: ModelTopology, weights: readonly WeightValues[], onStep: () => void = () => {}): ModelArtifacts {
  const data = new Float32Array(weights.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0));
  let at = 0;
  for (const { name, shape, values } of weights) {
    if (values.length !== sizeOfShape(shape))
      throw new RangeError(`${name} has ${values.length} values, its shape [${shape}] says otherwise`);
    data.set(values, at);
    onStep();
    at += values.length;
  }
  return { topology, weights: weights.map(({ name, shape }) => ({ name, shape })), data: data.buffer };
}
