/**
 * One of Keras' DenseNets, told by the shapes of its layers in their order. Names are not asked: a network that was built twice in one
 * session has `conv2_block1_1_conv_4` for a layer that is called `conv2_block1_1_conv`.
 */
import type { DenseNetWeights, HeadLayer } from '../densenet/densenet.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { StoredLayer, StoredModels, StoredWeight } from './stored-layers.ts';

/** What `keras.applications.densenet` adds to variances. */
const EPSILON = 1.001e-5;

const STATISTICS = ['gamma', 'beta', 'moving_mean', 'moving_variance'];

function weight(layer: StoredLayer | undefined, own: string): StoredWeight | undefined {
  return layer?.weights.find((known) => known.own === own);
}

/** The side of a square kernel without a bias; 0 for any other layer. */
function side(layer: StoredLayer | undefined): number {
  const [rows, columns, ...channels] = weight(layer, 'kernel')?.shape ?? [];
  return layer?.weights.length === 1 && rows === columns && channels.length === 2 ? (rows ?? 0) : 0;
}

function isNormalization(layer: StoredLayer | undefined): boolean {
  return layer?.weights.length === STATISTICS.length && STATISTICS.every((own) => weight(layer, own)?.shape.length === 1);
}

function isDense(layer: StoredLayer): boolean {
  return weight(layer, 'kernel')?.shape.length === 2 && layer.weights.every(({ own }) => own === 'kernel' || own === 'bias');
}

/** Keras' names for the layers before the head, in their order; null where they are no DenseNet's. */
function names(layers: readonly StoredLayer[]): string[] | null {
  if (side(layers[0]) !== 7 || !isNormalization(layers[1])) return null;
  const found = ['conv1_conv', 'conv1_bn'];
  let [block, place] = [2, 0];
  for (let at = 2; at < layers.length; ) {
    if (!isNormalization(layers[at])) return null;
    const isLayer = side(layers[at + 1]) === 1 && isNormalization(layers[at + 2]) && side(layers[at + 3]) === 3;
    if (isLayer) {
      place++;
      found.push(...['0_bn', '1_conv', '1_bn', '2_conv'].map((own) => `conv${block}_block${place}_${own}`));
      at += 4;
    } else if (side(layers[at + 1]) === 1 && place > 0) {
      found.push(`pool${block}_bn`, `pool${block}_conv`);
      [block, place] = [block + 1, 0];
      at += 2;
    } else if (at === layers.length - 1 && place > 0) {
      found.push('bn');
      at++;
    } else return null;
  }
  // A number of two digits would be no block's.
  return found.at(-1) === 'bn' && block <= 9 ? found : null;
}

function tensorOf(checkpoint: Checkpoint, { key }: StoredWeight): NamedTensor {
  return { ...checkpoint.tensor(key), source: key };
}

function headLayer(checkpoint: Checkpoint, layer: StoredLayer, name: string, isLast: boolean): HeadLayer {
  const [kernel, bias] = [weight(layer, 'kernel'), weight(layer, 'bias')];
  if (!kernel) throw new RangeError(`${name} has no kernel`);
  return {
    name,
    kernel: tensorOf(checkpoint, kernel),
    bias: bias ? tensorOf(checkpoint, bias) : null,
    // What a checkpoint does not say: between fully connected layers there is nothing.
    activation: isLast ? 'softmax' : 'linear',
  };
}

/** Their own names where each has another; else Keras' numbers. */
function headNames(head: readonly StoredLayer[]): string[] {
  const own = head.map(({ name }) => name.split('/').at(-1) ?? '');
  const isEach =
    new Set(own).size === own.length && own.every((name) => /^\w+$/.test(name) && !/^(conv\d|pool\d|bn$|relu$|avg_pool$)/.test(name));
  return isEach ? own : head.map((_, i) => (i === 0 ? 'dense' : `dense_${i}`));
}

/** Null for the weights of any other network, or of more than one. */
export function denseNetInOrder(checkpoint: Checkpoint, { models, beside }: StoredModels): DenseNetWeights | null {
  const [model, another] = models;
  if (!model || another || beside.length > 0 || model.order !== 'layers') return null;
  const firstDense = model.layers.findIndex(isDense);
  const features = firstDense < 0 ? model.layers : model.layers.slice(0, firstDense);
  const head = firstDense < 0 ? [] : model.layers.slice(firstDense);
  const called = names(features);
  if (!called || !head.every(isDense)) return null;
  const tensors = features.flatMap((layer, i) =>
    layer.weights.map((own): [string, NamedTensor] => [`${called[i]}/${own.own}`, tensorOf(checkpoint, own)]),
  );
  const inHead = headNames(head);
  return {
    tensors: new Map(tensors),
    head: head.map((layer, i) => headLayer(checkpoint, layer, inHead[i] ?? 'dense', i === head.length - 1)),
    epsilon: EPSILON,
  };
}
