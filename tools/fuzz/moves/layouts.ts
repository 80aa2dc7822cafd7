import type { Json } from '../../../src/formats/network/artifacts.ts';
import type { Builder } from '../drawing/builder.ts';
import { Unsuitable } from '../drawing/builder.ts';
import { denseLayer } from './convolutions.ts';
import { gridOf, type Move, pairSetting, size } from './move.ts';

/** Some way to lay the same number of values out on this many sides. */
function otherShape({ draw }: Builder, count: number, rank: number): number[] {
  const shape: number[] = [];
  let left = count;
  for (let i = 1; i < rank; i++) {
    const divisors = Array.from({ length: left }, (_, k) => k + 1).filter((side) => left % side === 0 && side <= 40);
    const side = draw.pick(divisors);
    shape.push(side);
    left /= side;
  }
  return draw.shuffled([...shape, left]);
}

/** A grid of at least two cells, none of whose sides is long. */
function isUsable([rows = 0, columns = 0, channels = 0]: readonly number[]): boolean {
  return rows * columns > 1 && channels <= 16 && rows <= 24 && columns <= 24;
}

const reshape: Move = (builder, x) => {
  const { draw } = builder;
  const count = size(x.values.shape);
  if (draw.isOneIn(3)) {
    // By way of a sequence, in which Dense and the normalisations run along the last axis too.
    const [rows, columns, channels] = gridOf(x);
    const sequence = builder.apply('Reshape', { target_shape: [rows * columns, channels] }, [x]);
    const mixed = denseLayer(builder, sequence, channels);
    return builder.apply('Reshape', { target_shape: [rows, columns, channels] }, [mixed]);
  }
  if (count === 0) throw new Unsuitable('nothing is left to lay out');
  const shapes = Array.from({ length: 12 }, () => otherShape(builder, count, 3));
  const target = shapes.find(isUsable);
  if (!target) throw new Unsuitable('no other grid');
  return builder.apply('Reshape', { target_shape: target }, [x]);
};

const permute: Move = (builder, x) => {
  const { draw } = builder;
  const { shape } = x.values;
  const dims = draw.shuffled(shape.map((_, i) => i + 1));
  if (!isUsable(dims.map((dim) => shape[dim - 1] ?? 0))) throw new Unsuitable('no grid to go on with');
  return builder.apply('Permute', { dims }, [x]);
};

/** As networks have it that are known by the names of their weights. */
const interleaved: Move = (builder, x) => {
  const [, , channels] = gridOf(x);
  const groups = builder.draw.pick(Array.from({ length: channels }, (_, i) => i + 1).filter((count) => channels % count === 0));
  return builder.apply('InterleavedGroups', { groups }, [x]);
};

const flatten: Move = (builder, x) => {
  const [rows, columns, channels] = gridOf(x);
  const flat = builder.apply('Flatten', { data_format: 'channels_last' }, [x]);
  return builder.apply(
    'Reshape',
    {
      target_shape: builder.draw.pick([
        [rows, columns, channels],
        [columns, rows, channels],
      ]),
    },
    [flat],
  );
};

/** A number for all sides, one for each axis, or one for each side. */
function sideSetting({ draw }: Builder, [top, bottom, left, right]: readonly [number, number, number, number]): Json {
  if (top === bottom && left === right && draw.isOneIn(2)) return top === left ? top : [top, left];
  return [
    [top, bottom],
    [left, right],
  ];
}

/** Between nothing and two, the same on both sides now and then. */
function sides({ draw }: Builder): [number, number, number, number] {
  const any = () => draw.whole(0, 2);
  const [rows, columns] = [any(), any()];
  return draw.isOneIn(2) ? [rows, rows, columns, columns] : [any(), any(), any(), any()];
}

const zeroPadding: Move = (builder, x) => {
  gridOf(x);
  return builder.apply('ZeroPadding2D', { padding: sideSetting(builder, sides(builder)), data_format: 'channels_last' }, [x]);
};

/** As ONNX graphs have it. */
const padding: Move = (builder, x) => {
  const { draw } = builder;
  const mode = draw.pick(['constant', 'edge', 'reflect']);
  const ends = gridOf(x).map((side) => [draw.whole(0, Math.min(2, side - 1)), draw.whole(0, Math.min(2, side - 1))]);
  return builder.apply('Padding', { padding: ends, mode, value: draw.real(-1, 1) }, [x]);
};

const cropping: Move = (builder, x) => {
  const [rows, columns] = gridOf(x);
  const cut = sides(builder);
  if (cut[0] + cut[1] >= rows || cut[2] + cut[3] >= columns) throw new Unsuitable('nothing would be left');
  return builder.apply('Cropping2D', { cropping: sideSetting(builder, cut), data_format: 'channels_last' }, [x]);
};

/** How many cells come of one. */
function factors({ draw }: Builder): number | [number, number] {
  return pairSetting(draw, draw.whole(1, 3), draw.whole(1, 3));
}

const upSampling: Move = (builder, x) => {
  gridOf(x);
  const interpolation = builder.draw.pick(['nearest', 'nearest', 'bilinear']);
  return builder.apply('UpSampling2D', { size: factors(builder), data_format: 'channels_last', interpolation }, [x]);
};

/** As files have it that were converted here. */
const smoothUpSampling: Move = (builder, x) => {
  const { draw } = builder;
  gridOf(x);
  return builder.apply('SmoothUpSampling2D', { size: [draw.whole(1, 3), draw.whole(1, 3)], interpolation: 'bilinear' }, [x]);
};

export const LAYOUT_MOVES = {
  Cropping2D: cropping,
  Flatten: flatten,
  Padding: padding,
  Permute: permute,
  Reshape: reshape,
  SmoothUpSampling2D: smoothUpSampling,
  UpSampling2D: upSampling,
  ZeroPadding2D: zeroPadding,
  InterleavedGroups: interleaved,
} as const satisfies Readonly<Record<string, Move>>;
