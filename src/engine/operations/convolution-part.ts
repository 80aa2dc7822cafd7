/** Convolutions without bias and activation, for all of their input's channels or for some. */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { lay } from '../backend/lay-kernel.ts';
import { OwnConvolution } from '../wasm/own-convolution.ts';
import { hasOwnKernels } from '../wasm/own-module.ts';
import {
  type Convolution,
  convolution,
  depthwise,
  groupsOf,
  type Linear,
  type Make,
  type Settings,
  separable,
  settingsOf,
  transposed,
} from './convolution-operation.ts';

/** How each kind is made, and along which axis of its filter the input's channels lie; null where they cannot be taken apart. */
const PARTS: Readonly<Record<string, { readonly make: Make; readonly filterCount: number; readonly axis: 2 | 3 | null }>> = {
  Conv2D: { make: convolution, filterCount: 1, axis: 2 },
  Conv2DTranspose: { make: transposed, filterCount: 1, axis: 3 },
  DepthwiseConv2D: { make: depthwise, filterCount: 1, axis: 2 },
  SeparableConv2D: { make: separable, filterCount: 2, axis: null },
};

/** The linear part of a convolution. */
export interface ConvolutionPart {
  /** What was made of the layer's weights, for these channels. */
  readonly run: Linear;
  dispose(): void;
}

/** The filter for some of the input's channels, `[rows, columns, channels, out]` or, where they lie along the last axis, `[..., out, channels]`. */
function filterOf(kernel: tf.Tensor4D, axis: 2 | 3, { from, to }: ChannelRange): tf.Tensor4D {
  const [rows, columns, inner, outer] = kernel.shape;
  const origins = { rows: new Int32Array(rows), columns: new Int32Array(rows).fill(axis === 2 ? from : 0) };
  const [width, depth] = axis === 2 ? [to - from, outer] : [inner, to - from];
  return lay({ shape: [rows, columns, width, depth], origins, rows: columns, columns: inner, fill: 0, isAdded: false }, null, {
    x: kernel,
    origins: null,
    channel: axis === 2 ? 0 : from,
  });
}

/** Of a layer's input. */
interface ChannelRange {
  readonly from: number;
  readonly to: number;
}

/** By kernels that stride and dilate themselves: no filter with zeros between its taps is made for them. */
function byKernel(filter: tf.Tensor4D, settings: Settings): ConvolutionPart {
  const { strides, padding, dilation } = settings;
  const own = new OwnConvolution(filter, null, settings);
  return {
    run: (x) => (hasOwnKernels() ? own.run(x, false) : tf.conv2d(x, filter, strides, padding, 'NHWC', dilation)),
    dispose: () => own.dispose(),
  };
}

function byOperations({ linear, forward, held }: Convolution): ConvolutionPart {
  // They outlive the scope that the part is first wanted in.
  for (const filter of held) tf.keep(filter);
  return { run: forward ?? linear, dispose: () => tf.dispose([...held]) };
}

/**
 * @param channels those of its input that it is given; null: all
 * @param isPadded whether it pads as the layer does; otherwise it is given frames of whole windows
 */
export function convolutionPart(layer: tfl.layers.Layer, channels: ChannelRange | null, isPadded: boolean): ConvolutionPart {
  const part = PARTS[layer.getClassName()];
  if (!part) throw new Error(`${layer.name} is no convolution`);
  const { make, filterCount, axis } = part;
  const own = settingsOf(layer);
  const settings: Settings = isPadded ? own : { ...own, padding: 'valid', isWhole: true };
  const weights = layer.getWeights().slice(0, filterCount) as tf.Tensor4D[];
  const cut = channels && axis && weights[0] ? filterOf(weights[0], axis, channels) : null;
  const [filter] = cut ? [cut] : weights;
  // tf.js dilates or strides, but not both.
  const isOfKernel = make === convolution && groupsOf(layer) === 1 && (hasOwnKernels() || !settings.isDilated || !settings.isStrided);
  const { run, dispose } = isOfKernel && filter ? byKernel(filter, settings) : byOperations(make(layer, cut ? [cut] : weights, settings));
  // As what is made of it.
  if (cut) tf.keep(cut);
  return {
    run,
    dispose: () => {
      dispose();
      cut?.dispose();
    },
  };
}
