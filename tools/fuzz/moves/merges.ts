import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import type { Tensor } from '../network.ts';
import { anyActivation } from './activations.ts';
import { depthwise, keepingConvolution } from './convolutions.ts';
import { channelsOf, gridOf, type Move } from './move.ts';
import { NORMALISATION_MOVES } from './normalisations.ts';

/** One to three layers that keep rows and columns. @param channels null: drawn */
function branch(builder: Builder, x: Tensor, channels: number | null): Tensor {
  const { draw } = builder;
  let y = x;
  if (draw.isOneIn(2)) y = NORMALISATION_MOVES.BatchNormalization(builder, y);
  if (draw.isOneIn(2)) y = builder.apply('Activation', { activation: anyActivation(builder) }, [y]);
  return keepingConvolution(builder, y, channels ?? draw.whole(1, 5));
}

/** Something with the shape of `x`, or one that is repeated along some sides to get it. */
function partner(builder: Builder, x: Tensor): Tensor {
  const { draw } = builder;
  const [, , channels] = gridOf(x);
  switch (draw.whole(0, 5)) {
    case 0:
      return keepingConvolution(builder, x, 1);
    case 1:
      return builder.apply('GlobalAveragePooling2D', { keepdims: true }, [x]);
    case 2:
      return builder.apply('Activation', { activation: anyActivation(builder) }, [x]);
    default:
      return branch(builder, x, channels);
  }
}

const merge =
  (kind: string): Move =>
  (builder, x) => {
    if (builder.isChain) throw new Unsuitable('a chain has no branches');
    const { draw } = builder;
    const others = [partner(builder, x), ...(draw.isOneIn(4) ? [partner(builder, x)] : [])];
    return builder.apply(kind, {}, draw.shuffled([x, ...others]));
  };

const subtract: Move = (builder, x) => {
  if (builder.isChain) throw new Unsuitable('a chain has no branches');
  return builder.apply('Subtract', {}, builder.draw.shuffled([x, partner(builder, x)]));
};

const concatenate: Move = (builder, x) => {
  if (builder.isChain) throw new Unsuitable('a chain has no branches');
  const { draw } = builder;
  gridOf(x);
  const axis = draw.pick([-1, -1, 3, 1, 2]);
  const isAlongChannels = axis === -1 || axis === 3;
  const others = [branch(builder, x, isAlongChannels ? null : channelsOf(x))];
  if (draw.isOneIn(4)) others.push(branch(builder, x, isAlongChannels ? null : channelsOf(x)));
  return builder.apply('Concatenate', { axis }, draw.shuffled([x, ...others]));
};

/** Attention over cells, or a layer that is joined to itself. */
export const attention: Move = (builder, x) => {
  if (builder.isChain) throw new Unsuitable('a chain has no branches');
  const weights = builder.apply('Activation', { activation: 'sigmoid' }, [keepingConvolution(builder, x, 1)]);
  return builder.apply(
    'Multiply',
    {},
    builder.draw.pick([
      [x, weights],
      [weights, x],
    ]),
  );
};

/** A layer that is called twice, on two tensors. */
export const shared: Move = (builder, x) => {
  if (builder.isChain) throw new Unsuitable('a chain has no branches');
  const { draw } = builder;
  const [, , channels] = gridOf(x);
  const first = draw.isOneIn(4) ? NORMALISATION_MOVES.BatchNormalization(builder, x) : keepingConvolution(builder, x, channels);
  const between = draw.isOneIn(2)
    ? builder.apply('Activation', { activation: anyActivation(builder) }, [first])
    : depthwiseOr(builder, first, x);
  const second = builder.call(first.layer, [between]);
  return draw.isOneIn(2) ? second : builder.apply(draw.pick(['Add', 'Maximum', 'Average']), {}, [first, second]);
};

/** A depthwise convolution where it keeps the shape, else what there was before. */
function depthwiseOr(builder: Builder, x: Tensor, otherwise: Tensor): Tensor {
  const found = builder.firstOf([
    () => {
      const y = depthwise(builder, x);
      if (y.values.shape.join() !== x.values.shape.join()) throw new Unsuitable('another shape');
      return y;
    },
  ]);
  return found ?? otherwise;
}

export const MERGE_MOVES = {
  Add: merge('Add'),
  Average: merge('Average'),
  Concatenate: concatenate,
  Maximum: merge('Maximum'),
  Minimum: merge('Minimum'),
  Multiply: merge('Multiply'),
  Subtract: subtract,
} as const satisfies Readonly<Record<string, Move>>;
