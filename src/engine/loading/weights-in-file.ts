/**
 * Has layers make room for the very weights that are in the file, and for no others.
 *
 * tf.js makes room for a weight of the shape that follows from the network, draws it at random, and only then compares it with what it is
 * given: a network may claim gigabytes, and drawing a DenseNet-169 takes longer than its download. So in place of its initialisers every
 * layer gets one that knows the file's shape, refuses another, and gives zeros.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject, objectsIn } from '../../formats/json.ts';
import { weightNames } from '../../formats/keras/weight-names.ts';
import type { Json, ModelArtifacts, ModelTopology } from '../../formats/network/artifacts.ts';

class ShapeInFile extends tf.serialization.Serializable {
  static readonly className = 'ShapeInFile';
  readonly #name: string;
  readonly #shapes: readonly (readonly number[])[];

  constructor({ name, shapes }: tf.serialization.ConfigDict) {
    super();
    this.#name = String(name);
    this.#shapes = shapes as number[][];
  }

  /** @throws AppError `model-file-broken` naming the weight */
  apply(shape: number[], dtype?: tf.DataType): tf.Tensor {
    if (this.#shapes.some((known) => known.join() === shape.join())) return tf.zeros(shape, dtype);
    const known = this.#shapes.map((sides) => `[${sides.join(', ')}]`).join(' or ');
    const fault = known ? `has the shape ${known} where the network needs [${shape.join(', ')}]` : 'is missing';
    throw new AppError('model-file-broken', `The weight ${this.#name} ${fault}; please save the model again.`);
  }

  getConfig(): tf.serialization.ConfigDict {
    return { name: this.#name, shapes: this.#shapes.map((sides) => [...sides]) };
  }
}
tf.serialization.registerClass(ShapeInFile);

type Shapes = ReadonlyMap<string, readonly number[]>;

/** Keras leaves `kernel` out where there are several. */
function initializerOf(weight: string): string {
  return `${weight.replace(/wise_kernel$/, 'wise')}_initializer`;
}

/** The weights that are drawn by this one's initialiser. tf.js takes a separable convolution's first for its second as well. */
function drawnLike(kind: Json | undefined, weight: string): string[] {
  return kind === 'SeparableConv2D' && weight === 'depthwise_kernel' ? [weight, 'pointwise_kernel'] : [weight];
}

function withShapes(layer: JsonObject, shapes: Shapes): JsonObject {
  const config = asObject(layer.config) ?? {};
  if (Array.isArray(config.layers)) return { ...layer, config: { ...config, layers: layersWithShapes(config, shapes) } };
  const initializers = weightNames(layer).map((weight): [string, Json] => {
    const inFile = drawnLike(layer.class_name, weight).flatMap((own) => {
      const shape = shapes.get(`${config.name}/${own}`);
      return shape ? [shape] : [];
    });
    return [initializerOf(weight), { class_name: ShapeInFile.className, config: { name: `${config.name}/${weight}`, shapes: inFile } }];
  });
  return { ...layer, config: { ...config, ...Object.fromEntries(initializers) } };
}

function layersWithShapes(config: JsonObject, shapes: Shapes): JsonObject[] {
  return objectsIn(config.layers).map((layer) => withShapes(layer, shapes));
}

/** The network with every layer knowing its weights' shapes. */
export function withWeightsInFile({ topology, weights }: ModelArtifacts): ModelTopology {
  const shapes = new Map(weights.map(({ name, shape }) => [name, shape]));
  return { ...topology, config: { ...topology.config, layers: layersWithShapes(topology.config, shapes) } };
}
