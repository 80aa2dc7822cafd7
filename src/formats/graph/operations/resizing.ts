/** Operations that give images another size. */
import { type Resampling, resamplingMatrix } from '../../../core/images/resampling-matrix.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import { type Activation, axisOf } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { numbersOf } from '../nodes/constant.ts';
import { FORMAT, images, type Sides } from './convolutions.ts';

type Alignment = Resampling['alignment'];

/** By what ONNX calls the ways to align pixels, where this project has them too. */
const ALIGNMENTS: Readonly<Record<string, Alignment>> = {
  align_corners: 'corners',
  asymmetric: 'edges',
  half_pixel: 'half-pixel',
  pytorch_half_pixel: 'half-pixel',
};

interface Target {
  /** Rows and columns. */
  readonly size: Sides;
  readonly factors: Sides;
}

/** More than any classifier gives its maps, in pixels. */
const MAX_SIDE = 8192;

/** What is given of some sides alone (`axes`), of all of them. */
function ofAllSides({ node }: Call, given: readonly number[] | null, others: readonly number[]): readonly number[] | null {
  const axes = node.numbers('axes')?.map((axis) => axisOf(axis, others.length));
  if (!given || !axes || axes.length !== given.length) return given;
  return others.map((value, side) => given[axes.indexOf(side)] ?? value);
}

/** @throws Unsupported */
function targetOf(call: Call, x: Activation, scalesAt: number, sizesAt: number): Target {
  const [, , rows = 1, columns = 1] = x.shape;
  const sizes = call.constant(sizesAt);
  const scales = ofAllSides(call, call.numbers(scalesAt, 'scales'), [1, 1, 1, 1]);
  const given = sizes
    ? ofAllSides(call, numbersOf(sizes), x.shape)
    : scales?.map((scale, axis) => Math.floor((x.shape[axis] ?? 1) * scale));
  const [batch, channels, height = 0, width = 0] = given ?? [];
  if (given?.length !== 4 || batch !== x.shape[0] || channels !== x.shape[1] || height < 1 || width < 1)
    throw new Unsupported('resizes other sides than rows and columns, which cannot be run here; please export it for images');
  if (height > MAX_SIDE || width > MAX_SIDE)
    throw new Unsupported(
      `would make images of ${width} × ${height} pixels, which is too large to be run here; please give a smaller network`,
    );
  const isWhole = sizes !== null || (scales?.[2] === height / rows && scales[3] === width / columns);
  if (!isWhole)
    throw new Unsupported(
      'resizes by a factor that leaves a part of a pixel, which cannot be run here; please export it for this input size',
    );
  return { size: [height, width], factors: [height / rows, width / columns] };
}

/** Which pixel ONNX takes for each of the result. */
function nearestPixels(length: number, out: number, alignment: Alignment, rounding: string): number[] {
  const scale = out / length;
  return Array.from({ length: out }, (_, i) => {
    const corners = out > 1 ? (i * (length - 1)) / (out - 1) : 0;
    const place = alignment === 'corners' ? corners : alignment === 'edges' ? i / scale : (i + 0.5) / scale - 0.5;
    const isTie = place - Math.floor(place) === 0.5;
    const rounded =
      rounding === 'floor' || (rounding === 'round_prefer_floor' && isTie)
        ? Math.floor(place)
        : rounding === 'ceil'
          ? Math.ceil(place)
          : Math.round(place);
    return Math.min(length - 1, Math.max(0, rounded));
  });
}

/** Which pixel this project's own resizing takes. */
function ownPixels(length: number, out: number, alignment: Alignment): number[] {
  const matrix = resamplingMatrix(length, out, { from: 0, length }, { interpolation: 'nearest', isAntialiased: false, alignment });
  return Array.from({ length: out }, (_, i) => matrix.subarray(i * length, (i + 1) * length).indexOf(1));
}

function resized(call: Call, x: Activation, { size, factors }: Target, mode: string, alignment: Alignment, rounding: string): Activation {
  const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
  const shape = [batch, channels, ...size];
  const isRepeated = factors.every((factor) => Number.isInteger(factor) && factor >= 1);
  const enlarged = (interpolation: string) => call.layer('UpSampling2D', x, { size: [...factors], interpolation, ...FORMAT }, shape);
  const toSize = (interpolation: string, by: Alignment) =>
    call.layer('Resizing', x, { height: size[0], width: size[1], interpolation, alignment: by }, shape);
  if (mode === 'linear') return isRepeated && alignment === 'half-pixel' ? enlarged('bilinear') : toSize('bilinear', alignment);
  const wanted = [nearestPixels(rows, size[0], alignment, rounding), nearestPixels(columns, size[1], alignment, rounding)];
  const isSame = (pixels: readonly (readonly number[])[]) => pixels.join() === wanted.join();
  const lengths: readonly (readonly [number, number])[] = [
    [rows, size[0]],
    [columns, size[1]],
  ];
  if (isRepeated && isSame(lengths.map(([, out], side) => Array.from({ length: out }, (_, i) => Math.floor(i / (factors[side] ?? 1))))))
    return enlarged('nearest');
  const found = (['half-pixel', 'edges', 'corners'] as const).find((by) =>
    isSame(lengths.map(([length, out]) => ownPixels(length, out, by))),
  );
  if (found) return toSize('nearest', found);
  throw new Unsupported(
    'takes the nearest pixels in a way that cannot be run here; please resize by the nearest mode floor, aligned as asymmetric',
  );
}

export const resize: Operation = (call) => {
  const { node, opset } = call;
  const x = images(call);
  const isOld = opset < 11;
  const target = isOld ? targetOf(call, x, 1, -1) : targetOf(call, x, 2, 3);
  const mode = node.text('mode', 'nearest');
  const transformation = isOld ? 'asymmetric' : node.text('coordinate_transformation_mode', 'half_pixel');
  const alignment = ALIGNMENTS[transformation];
  if (transformation === 'pytorch_half_pixel' && target.size.some((side, i) => side === 1 && x.shape[i + 2] !== 1))
    throw new Unsupported(
      'resizes to a single pixel, for which ONNX takes the first one and PyTorch the middle, so it cannot be run here; please take a pooling in its place',
    );
  const isPlain = node.number('antialias', 0) === 0 && node.text('keep_aspect_ratio_policy', 'stretch') === 'stretch';
  if (!alignment || !isPlain || !['nearest', 'linear'].includes(mode))
    throw new Unsupported(
      `resizes by ${mode} interpolation with the coordinates ${transformation}, or settings beside it, which cannot be run here; please use nearest or linear`,
    );
  return [resized(call, x, target, mode, alignment, isOld ? 'floor' : node.text('nearest_mode', 'round_prefer_floor'))];
};

/** `Upsample`, which came before `Resize`. */
export const upsample: Operation = (call) => {
  const x = images(call);
  const mode = call.node.text('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear')
    throw new Unsupported(`enlarges by ${mode} interpolation, which cannot be run here; please use nearest or linear`);
  return [resized(call, x, targetOf(call, x, 1, -1), mode, 'edges', 'floor')];
};

/** Blocks of cells become channels, or channels blocks of cells: laid out apart, turned, and laid out together. */
function blocks(call: Call, x: Activation, apart: readonly number[], dims: readonly number[], sides: readonly number[]): Activation {
  const { name, writer } = call;
  const split = writer.layer('Reshape', `${name}.split`, [x.layer], { target_shape: [...apart] });
  const turned = writer.layer('Permute', `${name}.permute`, [split], { dims: [...dims] });
  const layer = writer.layer('Reshape', name, [turned], { target_shape: [...sides] });
  const [rows = 1, columns = 1, channels = 1] = sides;
  return { ...x, layer, shape: [x.shape[0] ?? 1, channels, rows, columns] };
}

function blockSize(call: Call, isFitting: (size: number) => boolean): number {
  const size = call.node.number('blocksize', 0);
  if (size >= 1 && isFitting(size)) return size;
  throw new Unsupported(`takes blocks of ${size} cells on a side, which does not come out even; please export it again`);
}

export const depthToSpace: Operation = (call) => {
  const x = images(call);
  const [, channels = 1, rows = 1, columns = 1] = x.shape;
  const size = blockSize(call, (side) => channels % side ** 2 === 0);
  const left = channels / size ** 2;
  const isByChannel = call.node.text('mode', 'DCR') === 'CRD';
  const apart = isByChannel ? [rows, columns, left, size, size] : [rows, columns, size, size, left];
  const dims = isByChannel ? [1, 4, 2, 5, 3] : [1, 3, 2, 4, 5];
  return [blocks(call, x, apart, dims, [rows * size, columns * size, left])];
};

export const spaceToDepth: Operation = (call) => {
  const x = images(call);
  const [, channels = 1, rows = 1, columns = 1] = x.shape;
  const size = blockSize(call, (side) => rows % side === 0 && columns % side === 0);
  const [down, across] = [rows / size, columns / size];
  return [blocks(call, x, [down, size, across, size, channels], [1, 3, 2, 4, 5], [down, across, channels * size ** 2])];
};
