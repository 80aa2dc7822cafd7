/** The end of a network: from a grid to one score per class. */

import { convolution, denseLayer } from '../moves/convolutions.ts';
import { channelsOf, gridOf } from '../moves/move.ts';
import { NORMALISATION_MOVES } from '../moves/normalisations.ts';
import type { HeadActivation, Layer, Tensor } from '../network.ts';
import { type Builder, Unsuitable } from './builder.ts';

export interface Head {
  readonly output: Tensor;
  /** The layer whose activation makes probabilities of logits. */
  readonly scoring: Layer;
  readonly activation: HeadActivation;
}

const MAX_FEATURES = 400;

function pooled(builder: Builder, x: Tensor): Tensor {
  const { draw } = builder;
  const [rows, columns, channels] = gridOf(x);
  const isSmall = rows * columns * channels <= MAX_FEATURES;
  switch (draw.whole(0, isSmall ? 6 : 3)) {
    case 0:
      return builder.apply('GlobalMaxPooling2D', {}, [x]);
    case 1: {
      const one = builder.apply('GlobalAveragePooling2D', { keepdims: true }, [x]);
      return draw.isOneIn(2) ? builder.apply('Flatten', {}, [one]) : builder.apply('Reshape', { target_shape: [channels] }, [one]);
    }
    case 2:
    case 3:
      return builder.apply('GlobalAveragePooling2D', {}, [x]);
    case 4: {
      const one = builder.apply('AveragePooling2D', { pool_size: [rows, columns], strides: null, padding: 'valid' }, [x]);
      return builder.apply('Flatten', {}, [one]);
    }
    case 5:
      return builder.apply('Reshape', { target_shape: [rows * columns * channels] }, [x]);
    default:
      return builder.apply('Flatten', {}, [x]);
  }
}

function hidden(builder: Builder, x: Tensor): Tensor {
  const { draw } = builder;
  let y = x;
  if (draw.isOneIn(4)) y = builder.apply('Dropout', { rate: 0.5 }, [y]);
  if (draw.isOneIn(2)) y = denseLayer(builder, y, draw.whole(3, 8));
  if (draw.isOneIn(4)) y = draw.pick([NORMALISATION_MOVES.BatchNormalization, NORMALISATION_MOVES.LayerNormalization])(builder, y);
  if (draw.isOneIn(4)) y = builder.apply('Activation', { activation: 'relu' }, [y]);
  return y;
}

/** Scores with their activation in the same layer, or after it. */
function scored(builder: Builder, scores: (activation: HeadActivation) => Tensor, activation: HeadActivation): Head {
  const { draw } = builder;
  if (draw.isOneIn(2)) {
    const output = scores(activation);
    return { output, scoring: output.layer, activation };
  }
  const linear = scores('linear');
  const output =
    activation === 'softmax' && draw.isOneIn(2)
      ? builder.apply('Softmax', { axis: -1 }, [linear])
      : builder.apply('Activation', { activation }, [linear]);
  return { output, scoring: output.layer, activation };
}

/** A convolution gives a score for every cell, and their mean is the network's. */
function convolutionalHead(builder: Builder, x: Tensor, classes: number, activation: HeadActivation): Head {
  const { draw } = builder;
  const change = { kernel_size: [1, 1] as [number, number], strides: [1, 1], dilation_rate: [1, 1], padding: 'same', activation: 'linear' };
  if (draw.isOneIn(2)) {
    const scores = convolution(builder, x, classes, change);
    return scored(builder, () => builder.apply('GlobalAveragePooling2D', {}, [scores]), 'linear');
  }
  const one = builder.apply('GlobalAveragePooling2D', { keepdims: true }, [x]);
  const head = scored(builder, (own) => convolution(builder, one, classes, { ...change, activation: own }), activation);
  // As MobileNet lays its scores out.
  const output = draw.isOneIn(2)
    ? builder.apply('Flatten', {}, [head.output])
    : builder.apply('Reshape', { target_shape: [classes] }, [head.output]);
  return { ...head, output };
}

/** What stands after the activation in some networks, and changes nothing. */
function followed(builder: Builder, head: Head): Head {
  const { draw } = builder;
  const [units = 1] = head.output.values.shape;
  const [kind, config] = draw.pick([
    ['Activation', { activation: 'linear' }],
    ['Dropout', { rate: 0.1 }],
    ['Reshape', { target_shape: [units] }],
    ['Flatten', {}],
  ] as const);
  return { ...head, output: builder.apply(kind, config, [head.output]) };
}

function plainHead(builder: Builder, x: Tensor): Head {
  const { draw } = builder;
  const classes = draw.isOneIn(6) ? 1 : draw.whole(2, 5);
  // A softmax of one score is always 1.
  const activation: HeadActivation =
    classes === 1 ? draw.pick(['sigmoid', 'linear']) : draw.pick(['softmax', 'softmax', 'sigmoid', 'linear']);
  if (draw.isOneIn(4)) return convolutionalHead(builder, x, classes, activation);
  const features = hidden(builder, pooled(builder, x));
  if (channelsOf(features) < 2) throw new Unsuitable('one feature scores all classes alike');
  return scored(builder, (own) => denseLayer(builder, features, classes, { activation: own }), activation);
}

/** @throws Unsuitable */
export function drawHead(builder: Builder, x: Tensor): Head {
  const { draw } = builder;
  const isInner = builder.depth === 0 && draw.isOneIn(8);
  if (isInner) {
    // A model as the last layer of a model.
    const inside = builder.inside(false);
    const head = drawHead(inside, inside.input(x.values));
    const inner = inside.model(head.output);
    return { ...head, output: builder.apply(inner.kind, {}, [x], { inner }) };
  }
  const head = plainHead(builder, x);
  return draw.isOneIn(4) ? followed(builder, head) : head;
}
