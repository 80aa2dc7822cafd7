import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import type { Config, Tensor } from '../network.ts';
import { denseLayer } from './convolutions.ts';
import { gridOf, type Move, padding, pairSetting } from './move.ts';

function windowSettings({ draw }: Builder, x: Tensor): Config {
  const [rows, columns] = gridOf(x);
  const sides: [number, number] = draw.isOneIn(2)
    ? [draw.whole(1, 4), draw.whole(1, 4)]
    : draw.pick([
        [2, 2],
        [3, 3],
      ]);
  const strides = draw.pick<[number, number] | null>([null, [draw.whole(1, 4), draw.whole(1, 4)], [1, 1], [2, 2]]);
  const fits = sides[0] <= rows && sides[1] <= columns;
  return {
    pool_size: pairSetting(draw, ...sides),
    strides: strides && pairSetting(draw, ...strides),
    padding: fits ? padding(draw) : 'same',
    data_format: 'channels_last',
  };
}

const windowed =
  (kind: string): Move =>
  (builder, x) =>
    builder.apply(kind, windowSettings(builder, x), [x]);

/** Squeeze and excitation: what all cells say together weighs the channels; in a chain it becomes a grid again. */
function backToGrid(builder: Builder, x: Tensor, pooled: Tensor): Tensor {
  const [rows, columns, channels] = gridOf(x);
  const { draw } = builder;
  if (builder.isChain) {
    if (rows * columns * channels > 200) throw new Unsuitable('a large grid from one vector');
    const spread = denseLayer(builder, pooled, rows * columns * channels);
    return builder.apply('Reshape', { target_shape: [rows, columns, channels] }, [spread]);
  }
  const weighed = denseLayer(builder, pooled, channels, { activation: draw.pick(['sigmoid', 'tanh', 'hard_sigmoid']) });
  const isGrid = weighed.values.shape.length === 3;
  // Keras puts a vector to the channels by itself; networks reshape it.
  const factors = isGrid || draw.isOneIn(4) ? weighed : builder.apply('Reshape', { target_shape: [1, 1, channels] }, [weighed]);
  return builder.apply(
    'Multiply',
    {},
    draw.pick([
      [x, factors],
      [factors, x],
    ]),
  );
}

const global =
  (kind: string): Move =>
  (builder, x) => {
    gridOf(x);
    const { draw } = builder;
    const config = draw.isOneIn(2) ? { keepdims: true } : draw.pick([{ keepdims: false }, {}]);
    return backToGrid(builder, x, builder.apply(kind, { data_format: 'channels_last', ...config }, [x]));
  };

/** As files have it that were converted here. */
const globalOfOurs =
  (kind: string): Move =>
  (builder, x) => {
    gridOf(x);
    return backToGrid(builder, x, builder.apply(kind, {}, [x]));
  };

/** As networks of PyTorch have it, which are read from their weights. */
const padded =
  (kind: string): Move =>
  (builder, x) => {
    const { draw } = builder;
    const [rows, columns] = gridOf(x);
    const window = (side: number) => Math.min(draw.whole(1, 4), side);
    const [high, wide] = [window(rows), window(columns)];
    // Never a window of nothing but padding.
    const ends = (size: number) => [draw.whole(0, Math.floor(size / 2)), draw.whole(0, Math.floor(size / 2))];
    return builder.apply(
      kind,
      {
        pool_size: [high, wide],
        strides: [draw.whole(1, 3), draw.whole(1, 3)],
        padding: [ends(high), ends(wide)],
        ceil_mode: draw.isOneIn(2),
        ...(kind === 'PaddedAveragePooling2D' && { count_include_pad: draw.isOneIn(2) }),
      },
      [x],
    );
  };

const adaptive: Move = (builder, x) => {
  const [rows, columns] = gridOf(x);
  const size = [builder.draw.whole(1, rows), builder.draw.whole(1, columns)];
  return builder.apply('AdaptiveAveragePooling2D', { output_size: size }, [x]);
};

/** As ONNX graphs have it; beside what it is taken of, as an attention over cells or channels. */
const reduction: Move = (builder, x) => {
  const { draw } = builder;
  gridOf(x);
  const axes = draw.pick([[3], [1, 2], [1], [2], [2, 3]]);
  const taken = builder.apply('Reduction', { function: draw.pick(['max', 'mean', 'min', 'sum']), axes, keepdims: true }, [x]);
  return builder.isChain ? taken : builder.apply('Multiply', {}, [x, taken]);
};

export const POOLING_MOVES = {
  AdaptiveAveragePooling2D: adaptive,
  AveragePooling2D: windowed('AveragePooling2D'),
  GlobalAveragePooling2D: global('GlobalAveragePooling2D'),
  GlobalAveragePooling2DKeepDims: globalOfOurs('GlobalAveragePooling2DKeepDims'),
  GlobalMaxPooling2D: global('GlobalMaxPooling2D'),
  GlobalMaxPooling2DKeepDims: globalOfOurs('GlobalMaxPooling2DKeepDims'),
  MaxPooling2D: windowed('MaxPooling2D'),
  PaddedAveragePooling2D: padded('PaddedAveragePooling2D'),
  PaddedMaxPooling2D: padded('PaddedMaxPooling2D'),
  Reduction: reduction,
} as const satisfies Readonly<Record<string, Move>>;
