/** One layer as a function from activations to an activation. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../core/app-error.ts';
import { normalisesChannels } from './channel-layers.ts';
import { asPair, convolutionForGradient } from './convolution-for-gradient.ts';

export interface Operation {
  /** Activations in, activation out. The caller frees both. */
  run(inputs: tf.Tensor[]): tf.Tensor;
  /** The same, as it is best differentiated with respect to its inputs. */
  runForGradient(inputs: tf.Tensor[]): tf.Tensor;
  /** Frees what the operation itself holds; the layer's weights belong to the model. */
  dispose(): void;
}

/**
 * Batch normalisation at inference is one multiplication and one addition per value, with constants that are worked out here once.
 * tf.js' own layer costs over twice as much on WASM, and its gradient needs many more kernels.
 */
function normalisation(layer: tfl.layers.Layer): Operation {
  const { epsilon, scale: hasScale, center: hasCentre } = layer.getConfig();
  const [scale, shift] = tf.tidy(() => {
    const weights = layer.getWeights();
    const gamma = hasScale === false ? tf.scalar(1) : weights.shift();
    const beta = hasCentre === false ? tf.scalar(0) : weights.shift();
    const [mean, variance] = weights;
    if (!gamma || !beta || !mean || !variance) throw new Error(`${layer.name} lacks a weight`);
    const factor = tf.mul(gamma, tf.rsqrt(tf.add(variance, Number(epsilon))));
    return [factor, tf.sub(beta, tf.mul(mean, factor))];
  });
  const run = ([x]: tf.Tensor[]) => tf.tidy(() => tf.add(tf.mul(x as tf.Tensor, scale), shift));
  return { run, runForGradient: run, dispose: () => tf.dispose([scale, shift]) };
}

/** Any layer, as tf.js runs it. */
function wholeLayer(layer: tfl.layers.Layer, keywords: object): Operation['run'] {
  return (inputs) => {
    const [only] = inputs;
    const output = layer.apply(inputs.length === 1 && only ? only : inputs, { ...keywords });
    if (!(output instanceof tf.Tensor)) throw new Error(`${layer.name} gave no single tensor`);
    return output;
  };
}

/** tf.js' own depthwise layer ignores its dilation, in its result and in the shape that it announces. */
function isDilatedDepthwise(layer: tfl.layers.Layer): boolean {
  if (layer.getClassName() !== 'DepthwiseConv2D') return false;
  const { dilationRate, padding } = layer.getConfig();
  const isDilated = asPair(dilationRate).some((rate) => rate !== 1);
  if (isDilated && padding !== 'same') {
    throw new AppError(
      'model-unsupported',
      `The layer ${layer.name} is a dilated depthwise convolution without padding, which cannot be run yet; please use padding "same".`,
    );
  }
  return isDilated;
}

/**
 * The operation of a layer.
 *
 * @param callArguments what the model's author passed beside the tensors; `training` is never among them, because it would make
 *   BatchNorm use, and overwrite, the statistics of the batch.
 */
export function operationOf(layer: tfl.layers.Layer, callArguments: object | undefined): Operation {
  if (normalisesChannels(layer)) return normalisation(layer);
  const convolution = convolutionForGradient(layer);
  if (convolution && isDilatedDepthwise(layer)) return { run: convolution, runForGradient: convolution, dispose() {} };
  const run = wholeLayer(layer, { ...callArguments, training: false });
  return { run, runForGradient: convolution ?? run, dispose() {} };
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
