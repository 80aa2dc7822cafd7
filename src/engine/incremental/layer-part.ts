/** A layer for some of its input's channels, and for frames of cells: what it does to parts. */
import * as tf from '@tensorflow/tfjs-core';
import { normalized } from '../backend/own-cells.ts';
import type { GraphNode } from '../graph/layer-graph.ts';
import { activationOf } from '../layers/activation-of.ts';
import { withSlopes } from '../operations/activation-operation.ts';
import { type ConvolutionPart, convolutionPart } from '../operations/convolution-part.ts';
import type { Channels } from './part.ts';

export interface LayerPart {
  /** All of the layer. */
  run(xs: readonly tf.Tensor[]): tf.Tensor;
  /** Without padding, bias and activation: what the layer does to differences, and maxima of whole windows. */
  onFrame(x: tf.Tensor4D): tf.Tensor4D;
  /** Without bias and activation. */
  onMap(x: tf.Tensor4D): tf.Tensor4D;
  dispose(): void;
}

/** Anything that a kind does not do. */
function never(): never {
  throw new Error('this kind of layer is not taken apart so');
}

function whole({ operation, name }: GraphNode): LayerPart['run'] {
  if (!operation) throw new Error(`${name} is an input and cannot be run`);
  return (xs) => operation.run([...xs]);
}

function onlyWhole(node: GraphNode): LayerPart {
  return { run: whole(node), onFrame: never, onMap: never, dispose() {} };
}

function ofChannels(vector: tf.Tensor, channels: Channels | null): tf.Tensor {
  if (!channels) return tf.reshape(vector, vector.shape);
  return tf.tidy(() => tf.slice(tf.reshape(vector, [vector.size]), [channels.from], [channels.to - channels.from]));
}

function scaled(node: GraphNode, channels: Channels | null): LayerPart {
  const scale = node.operation?.scale;
  if (!scale) return never();
  // Where one of them cannot be had, neither is left behind.
  const [factor, offset] = tf.tidy((): [tf.Tensor, tf.Tensor] => [ofChannels(scale.factor, channels), ofChannels(scale.offset, channels)]);
  const onFrame: LayerPart['onFrame'] = (x) => tf.mul(x, factor);
  return {
    run: channels ? ([x]) => normalized(x as tf.Tensor, factor, offset, scale.isRectified === true) : whole(node),
    onFrame,
    onMap: never,
    dispose: () => tf.dispose([factor, offset]),
  };
}

function sloped(node: GraphNode, channels: Channels | null): LayerPart {
  const [slopes] = node.layer?.getWeights() ?? [];
  if (!slopes || !channels) return onlyWhole(node);
  const own = tf.tidy(() => tf.reshape(ofChannels(slopes, channels), [1, 1, -1]));
  const apply = withSlopes(own);
  return { run: ([x]) => tf.tidy(() => apply(x as tf.Tensor)), onFrame: never, onMap: never, dispose: () => own.dispose() };
}

function convolved(node: GraphNode, channels: Channels | null): LayerPart {
  const { layer } = node;
  if (!layer) return never();
  // Each is made when it is first wanted: most parts are only ever run one way.
  const made: (ConvolutionPart | undefined)[] = [];
  const part = (isPadded: boolean) => {
    const known = made[Number(isPadded)] ?? convolutionPart(layer, channels, isPadded);
    made[Number(isPadded)] = known;
    return known;
  };
  const on = (isPadded: boolean) => (x: tf.Tensor4D) => {
    // Outside the scope, which would free its filter.
    const { run } = part(isPadded);
    return tf.tidy(() => run(x));
  };
  // Of all others, each channel of the result is made of all that go in, and so is its bias.
  const bias = node.change === 'filtered-apart' ? layer.getWeights()[1] : undefined;
  const own = bias && channels ? ofChannels(bias, timesMultiplier(node, channels)) : null;
  const activation = activationOf(layer);
  return {
    run: channels
      ? ([x]) =>
          tf.tidy(() => {
            const linear = on(true)(x as tf.Tensor4D);
            const shifted = own ? tf.add(linear, own) : linear;
            return activation ? activation.apply(shifted) : shifted;
          })
      : whole(node),
    onFrame: on(false),
    onMap: on(true),
    dispose: () => {
      own?.dispose();
      for (const each of made) each?.dispose();
    },
  };
}

/** The channels of the result that some of the input's become, where each stays by itself. */
function timesMultiplier({ layer, shape }: GraphNode, { from, to }: Channels): Channels {
  const [kernel] = layer?.getWeights() ?? [];
  const times = (shape.at(-1) ?? 1) / (kernel?.shape[2] ?? 1);
  return { from: from * times, to: to * times };
}

/** Pooling, on frames of whole windows. */
function pooled(node: GraphNode, pool: typeof tf.avgPool): LayerPart {
  const [window = 'dense'] = node.inputWindows;
  if (window === 'dense') return never();
  const { rows, columns } = window;
  const size: [number, number] = [rows.size, columns.size];
  const strides: [number, number] = [rows.stride, columns.stride];
  return { run: whole(node), onFrame: (x) => pool(x, size, strides, 'valid'), onMap: never, dispose() {} };
}

/** What changes nothing but where cells lie. */
function moved(node: GraphNode): LayerPart {
  return { run: whole(node), onFrame: (x) => tf.reshape(x, x.shape), onMap: never, dispose() {} };
}

/** Kinds that are more than a function of all they are given. */
const PARTS: Readonly<Record<string, (node: GraphNode, channels: Channels | null) => LayerPart>> = {
  AveragePooling2D: (node) => pooled(node, tf.avgPool),
  BatchNormalization: scaled,
  Conv2D: convolved,
  Conv2DTranspose: convolved,
  Cropping2D: moved,
  DepthwiseConv2D: convolved,
  MaxPooling2D: (node) => pooled(node, tf.maxPool),
  PaddedAveragePooling2D: (node) => pooled(node, tf.avgPool),
  PaddedMaxPooling2D: (node) => pooled(node, tf.maxPool),
  Padding: moved,
  PReLU: sloped,
  SeparableConv2D: convolved,
  UpSampling2D: (node) => ({ run: whole(node), onFrame: (x) => whole(node)([x]) as tf.Tensor4D, onMap: never, dispose() {} }),
  ZeroPadding2D: moved,
};

/** @param channels of its input; null: all */
export function layerPart(node: GraphNode, channels: Channels | null): LayerPart {
  const make = PARTS[node.kind];
  return make ? make(node, channels) : onlyWhole(node);
}
