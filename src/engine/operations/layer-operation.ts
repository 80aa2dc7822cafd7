/** Layers as operations. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Operation } from './operation.ts';
import { ownOperation } from './own-operations.ts';

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
  const own = ownOperation(layer.getClassName());
  return own ? own(layer, run) : { run, runForGradient: run, dispose() {} };
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
