/** One layer as a function from activations to an activation. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { activationOperation } from './activation-operation.ts';
import { convolutionOperation, withBiasAndActivation } from './convolution-operation.ts';
import { mergeOperation } from './merge-operation.ts';
import { normalizationOperation } from './normalization-operation.ts';

export interface Operation {
  /** Activations in, activation out. The caller frees both. */
  run(inputs: tf.Tensor[]): tf.Tensor;
  /** The same, as it is best differentiated with respect to its inputs. */
  runForGradient(inputs: tf.Tensor[]): tf.Tensor;
  /** Frees what the operation itself holds; the layer's weights belong to the model. */
  dispose(): void;
}

/** tf.js fuses it for a vector; but its gradient works out that of the kernel too, which may take hundreds of megabytes. */
function fullyConnected(layer: tfl.layers.Layer, whole: Operation['run']): Operation {
  const [kernel, bias] = layer.getWeights();
  const product = (x: tf.Tensor) => {
    const [width = 1, units = 1] = kernel?.shape ?? [];
    const rows = tf.reshape(x, [x.size / width, width]);
    return tf.reshape(tf.matMul(rows, kernel as tf.Tensor2D), [...x.shape.slice(0, -1), units]);
  };
  const own = withBiasAndActivation(layer, product, bias);
  const run: Operation['run'] = (inputs) => (inputs[0]?.rank === 2 ? whole(inputs) : own(inputs));
  return { run, runForGradient: own, dispose() {} };
}

/** Any layer, as tf.js runs it. Some of its layers leave tensors behind. */
function wholeLayer(layer: tfl.layers.Layer, keywords: object): Operation['run'] {
  return (inputs) =>
    tf.tidy(() => {
      const [only] = inputs;
      const output = layer.apply(inputs.length === 1 && only ? only : inputs, { ...keywords });
      if (!(output instanceof tf.Tensor)) throw new Error(`${layer.name} gave no single tensor`);
      return output;
    });
}

/**
 * The operation of a layer.
 *
 * @param callArguments what the model's author passed beside the tensors; `training` is never among them, because it would make
 *   BatchNorm use, and overwrite, the statistics of the batch.
 */
export function operationOf(layer: tfl.layers.Layer, callArguments: object | undefined): Operation {
  const run = wholeLayer(layer, { ...callArguments, training: false });
  if (layer.getClassName() === 'Dense') return fullyConnected(layer, run);
  const own = convolutionOperation(layer, run) ?? normalizationOperation(layer) ?? activationOperation(layer) ?? mergeOperation(layer);
  return own ?? { run, runForGradient: run, dispose() {} };
}

/** tf.js' own linear activation, as its layers hold it. */
const LINEAR = (tfl.layers.activation({ activation: 'linear' }) as unknown as Activated).activation;

interface Activated {
  activation: unknown;
}

/** The operation of a layer without the layer's own activation. The layer keeps it: another call of it may need it. */
export function operationWithoutActivation(layer: tfl.layers.Layer): Operation {
  const activated = layer as unknown as Activated;
  const linearly = <Result>(run: () => Result): Result => {
    const own = activated.activation;
    activated.activation = LINEAR;
    try {
      return run();
    } finally {
      activated.activation = own;
    }
  };
  const inner = linearly(() => operationOf(layer, undefined));
  return {
    run: (inputs) => linearly(() => inner.run(inputs)),
    runForGradient: (inputs) => linearly(() => inner.runForGradient(inputs)),
    dispose: () => inner.dispose(),
  };
}
