/** Layers that give images another size, and those of our own that stand for operations in files that were converted here. */
import type { Json } from '../../../src/formats/network/artifacts.ts';
import { Unsuitable } from '../drawing/builder.ts';
import { gridOf, type Move } from './move.ts';

const resizing: Move = (builder, x) => {
  const { draw } = builder;
  gridOf(x);
  const config = {
    height: draw.whole(3, 12),
    width: draw.whole(3, 12),
    interpolation: draw.pick(['bilinear', 'nearest']),
    crop_to_aspect_ratio: false,
    data_format: 'channels_last',
  };
  return builder.apply('Resizing', config, [x]);
};

const centerCrop: Move = (builder, x) => {
  const { draw } = builder;
  const [rows, columns] = gridOf(x);
  if (rows < 4 || columns < 4) throw new Unsuitable('nothing to crop');
  return builder.apply('CenterCrop', { height: draw.whole(3, rows), width: draw.whole(3, columns) }, [x]);
};

/** Keras writes such a thing as an operation (`operations.ts`). */
const slice: Move = (builder, x) => {
  const { draw } = builder;
  gridOf(x);
  const all: Json = [null, null, 1];
  const slices: readonly Json[] = draw.pick<readonly Json[]>([
    ['...', [null, null, -1]],
    [all, [1, null, 1], [null, -1, 1]],
    [all, all, [null, null, 2]],
    [all, [null, null, -2], '...'],
  ]);
  return builder.apply('Slice', { slices }, [x]);
};

const divide: Move = (builder, x) => {
  if (builder.isChain) throw new Unsuitable('a chain has no branches');
  const divisor = builder.apply('Activation', { activation: 'softplus' }, [x]);
  return builder.apply('Divide', {}, [x, divisor]);
};

/** Of Keras' InceptionResNetV2: `x + scale * residual`. */
const customScale: Move = (builder, x) => {
  if (builder.isChain) throw new Unsuitable('a chain has no branches');
  const { draw } = builder;
  const residual = builder.apply('Activation', { activation: draw.pick(['tanh', 'relu', 'swish']) }, [x]);
  return builder.apply('CustomScaleLayer', { scale: draw.real(0.1, 1) }, [x, residual]);
};

export const IMAGE_MOVES = {
  CenterCrop: centerCrop,
  CustomScaleLayer: customScale,
  Divide: divide,
  Resizing: resizing,
  Slice: slice,
} as const satisfies Readonly<Record<string, Move>>;
