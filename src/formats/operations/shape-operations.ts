/** Operations among a network's layers that lay values out otherwise, choose among them, or sum them up. */

import { asArray, asObject, isObject, type JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import type { Equivalent } from './arithmetic-operations.ts';
import { type OperationCall, type Tensor, tensorsIn } from './operation-call.ts';

type Translation = (call: OperationCall) => { readonly kind: string; readonly config: JsonObject } | null;

const X = ['x', 'input', 'tensor', 'input_tensor', 'a', 'images', 'image'];

function integersIn(json: Json | undefined): number[] | null {
  const list = typeof json === 'number' ? [json] : asArray(json);
  return list.length > 0 && list.every((value) => typeof value === 'number' && Number.isInteger(value)) ? list.map(Number) : null;
}

/** `start:stop:step`, as Keras 2 and 3 write it. */
function sliceIn(json: Json): Json | null {
  if (typeof json === 'number' && Number.isInteger(json)) return json;
  if (!isObject(json)) return null;
  if (json.class_name === '__ellipsis__' || json.class_name === 'Ellipsis') return '...';
  const { start = null, stop = null, step = null } = json.class_name === '__slice__' ? (asObject(json.config) ?? {}) : json;
  const bounds = [start, stop, step ?? 1];
  return bounds.every((bound) => bound === null || (typeof bound === 'number' && Number.isInteger(bound))) && step !== 0 ? bounds : null;
}

function slices(list: readonly (Json | null)[]): { kind: string; config: JsonObject } | null {
  // A null is a new axis, or nothing that is known.
  return list.length > 0 && !list.includes(null)
    ? { kind: 'Slice', config: { slices: list.flatMap((slice) => (slice === null ? [] : [slice])) } }
    : null;
}

const getItem: Translation = (call) => {
  const key = call.json(1, 'slice_spec', 'key');
  if (key === undefined) return null;
  return slices((Array.isArray(key) ? asArray(key) : [key]).map(sliceIn));
};

/** Of a graph: three lists, and bits that say which of their entries mean something else. */
const stridedSlice: Translation = (call) => {
  const [begin, end, strides] = [1, 2, 3].map((place) => integersIn(call.json(place)));
  if (!begin || !end || !strides) return null;
  const isSet = (mask: string, i: number) => ((Number(call.json(null, mask) ?? 0) >> i) & 1) === 1;
  const list = begin.map((start, i): Json | null => {
    if (isSet('new_axis_mask', i)) return null;
    if (isSet('ellipsis_mask', i)) return '...';
    if (isSet('shrink_axis_mask', i)) return start;
    return [isSet('begin_mask', i) ? null : start, isSet('end_mask', i) ? null : (end[i] ?? null), strides[i] ?? 1];
  });
  return slices(list);
};

/** The axes of an image's rows and columns, and no other. */
function areRowsAndColumns(axes: readonly number[] | null): boolean {
  return (
    axes !== null &&
    axes.length === 2 &&
    axes.every((axis) => axis === 1 || axis === 2 || axis === -2 || axis === -3) &&
    new Set(axes.map((axis) => (axis + 4) % 4)).size === 2
  );
}

/** One value of all along some axes: of rows and columns a pooling, where there is one; those of other images of the batch never count. */
function reduction(name: 'max' | 'mean' | 'min' | 'sum', pooling: string | null): Translation {
  return (call) => {
    const axes = integersIn(call.json(1, 'axis', 'reduction_indices'));
    const keepdims = call.json(2, 'keepdims', 'keep_dims') === true;
    if (pooling !== null && areRowsAndColumns(axes)) return { kind: pooling, config: { keepdims } };
    return axes && !axes.includes(0) ? { kind: 'Reduction', config: { function: name, axes, keepdims } } : null;
  };
}

const maximum = reduction('max', 'GlobalMaxPooling2D');
const mean = reduction('mean', 'GlobalAveragePooling2D');
const minimum = reduction('min', null);
const sum = reduction('sum', null);

/** All but the first side, which is the batch. */
function withoutBatch(json: Json | undefined): readonly Json[] | null {
  const [batch, ...sides] = asArray(json);
  return (batch === -1 || batch === null) && integersIn(sides) ? sides : null;
}

const reshape: Translation = (call) => {
  const sides = withoutBatch(call.json(1, 'shape', 'newshape'));
  return sides && { kind: 'Reshape', config: { target_shape: sides } };
};

const transpose: Translation = (call) => {
  const [batch, ...axes] = integersIn(call.json(1, 'perm', 'axes')) ?? [];
  return batch === 0 && axes.length > 0 ? { kind: 'Permute', config: { dims: axes } } : null;
};

/** Keras' own squeeze fails where a side is not one: then nothing is left to lay out. */
const squeeze: Translation = (call) =>
  areRowsAndColumns(integersIn(call.json(1, 'axis', 'squeeze_dims'))) ? { kind: 'Flatten', config: {} } : null;

const pad: Translation = (call) => {
  const [batch, rows, columns, channels, ...others] = asArray(call.json(1, 'paddings', 'pad_width')).map(integersIn);
  const isNone = (sides: number[] | null | undefined) => sides?.every((side) => side === 0);
  const isZero = (call.json(3, 'constant_values') ?? 0) === 0;
  const isConstant = /^constant$/i.test(String(call.json(2, 'mode') ?? 'constant'));
  if (!rows || !columns || !isNone(batch) || !isNone(channels) || others.length > 0 || !isZero || !isConstant) return null;
  return { kind: 'ZeroPadding2D', config: { padding: [rows, columns] } };
};

const reverse: Translation = (call) => {
  const [axis, ...others] = integersIn(call.json(1, 'axis')) ?? [];
  if (axis === undefined || others.length > 0 || axis === 0 || axis < -3 || axis > 3) return null;
  const turned: Json = [null, null, -1];
  const all = (length: number) => Array.from({ length }, (): Json => [null, null, 1]);
  return slices(axis < 0 ? ['...', turned, ...all(-axis - 1)] : [...all(axis), turned]);
};

const METHODS = ['bilinear', 'nearest', 'bicubic', 'area'];

/** TensorFlow 1 aligned pixels by their edges, or corners; TensorFlow 2, and Keras 3, by their centres. */
const resize: Translation = (call) => {
  const { operation, writtenAs } = call;
  const [height, width, ...others] = integersIn(call.json(1, 'size')) ?? [];
  const keepsAspect = [call.json(null, 'preserve_aspect_ratio'), call.json(null, 'data_format') === 'channels_first'].includes(true);
  if (!height || !width || others.length > 0 || keepsAspect) return null;
  const isOld = writtenAs.startsWith('compat.v1') || operation !== 'resize';
  const isByCentres = !isOld || call.json(null, 'half_pixel_centers') === true;
  const alignment = call.json(null, 'align_corners') === true ? 'corners' : isByCentres ? 'half-pixel' : 'edges';
  const given = call.json(2, 'method', 'interpolation') ?? (/nearest|bicubic|area/.exec(operation)?.[0] || 'bilinear');
  const interpolation = typeof given === 'number' ? METHODS[given] : String(given).toLowerCase();
  const isKnown = alignment === 'half-pixel' || interpolation === 'bilinear' || interpolation === 'nearest';
  if (!isKnown || interpolation === undefined) return null;
  const [fill, crops, pads] = ['fill_value', 'crop_to_aspect_ratio', 'pad_to_aspect_ratio'].map((name) => call.json(null, name) ?? null);
  const aspect = { fill_value: fill ?? 0, crop_to_aspect_ratio: crops ?? false, pad_to_aspect_ratio: pads ?? false };
  return {
    kind: 'Resizing',
    config: { height, width, interpolation, alignment, antialias: call.json(null, 'antialias') === true, ...aspect },
  };
};

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  flip: reverse,
  getitem: getItem,
  max: maximum,
  mean,
  min: minimum,
  pad,
  reduce_max: maximum,
  reduce_mean: mean,
  reduce_min: minimum,
  reduce_sum: sum,
  reshape,
  resize,
  resize_bilinear: resize,
  resize_nearest_neighbor: resize,
  resizebilinear: resize,
  resizenearestneighbor: resize,
  reverse,
  reversev2: reverse,
  squeeze,
  stridedslice: stridedSlice,
  sum,
  transpose,
};

function concatenation(call: OperationCall): Equivalent | null {
  switch (call.operation) {
    case 'grayscale_to_rgb': {
      const tensor = call.tensor(0, ...X);
      return tensor && { kind: 'Concatenate', config: { axis: -1 }, takes: [tensor, tensor, tensor] };
    }
    // In a graph the axis comes last.
    case 'concatv2':
      return joined(
        call,
        Array.from({ length: call.tensorCount }, (_, i) => call.tensor(i)),
        call.json(call.tensorCount),
      );
    case 'concat':
    case 'concatenate':
      return joined(call, tensorsIn(call.get(0, 'values', 'xs')), call.json(1, 'axis') ?? 0);
    default:
      return null;
  }
}

function joined(call: OperationCall, tensors: readonly (Tensor | null)[], axis: Json | undefined): Equivalent | null {
  const takes = tensors.flatMap((tensor) => tensor ?? []);
  const isAxis = typeof axis === 'number' && Number.isInteger(axis) && axis !== 0;
  return isAxis && takes.length > 1 && takes.length === call.tensorCount ? { kind: 'Concatenate', config: { axis }, takes } : null;
}

/** Null where it is none of these, or one that cannot be run here. */
export function shaping(call: OperationCall): Equivalent | null {
  const { operation } = call;
  const translation = Object.hasOwn(TRANSLATIONS, operation) ? TRANSLATIONS[operation] : undefined;
  if (!translation) return concatenation(call);
  const tensor = call.tensor(0, ...X);
  const found = translation(call);
  return tensor && found && { ...found, takes: [tensor] };
}
