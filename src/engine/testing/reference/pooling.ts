/** Pooling from its definition; in Keras padding is never counted. */
import { numbersIn } from '../../../formats/layers/layer-rule.ts';
import { sideOf } from './convolutions.ts';
import { only, pairOf, type ReferenceLayer, type Settings } from './settings.ts';
import { placesIn, type Values, zeros } from './values.ts';

type Reduce = (values: readonly number[]) => number;

const mean: Reduce = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const most: Reduce = (values) => Math.max(...values);

function pooled({ pool_size: size, strides, padding }: Settings, x: Values, reduce: Reduce): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const [high, wide] = pairOf(size, 2);
  const [strideRows, strideColumns] = strides === undefined || strides === null ? [high, wide] : pairOf(strides);
  const down = sideOf(rows, high, strideRows, 1, padding);
  const across = sideOf(columns, wide, strideColumns, 1, padding);
  const out = zeros([down.out, across.out, channels]);
  let i = 0;
  for (let outRow = 0; outRow < down.out; outRow++) {
    for (let outColumn = 0; outColumn < across.out; outColumn++) {
      for (let channel = 0; channel < channels; channel++) {
        const window: number[] = [];
        for (let r = 0; r < high; r++) {
          for (let c = 0; c < wide; c++) {
            const [row, column] = [outRow * down.stride + r - down.before, outColumn * across.stride + c - across.before];
            if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
            window.push(x.data[(row * columns + column) * channels + channel] ?? Number.NaN);
          }
        }
        out.data[i++] = reduce(window);
      }
    }
  }
  return out;
}

function pooledWhole({ keepdims: keeps, keep_dims: keptOfOld }: Settings, x: Values, reduce: Reduce): Values {
  const channels = x.shape.at(-1) ?? 0;
  const out = zeros(keeps === true || keptOfOld === true ? [1, 1, channels] : [channels]);
  for (let channel = 0; channel < channels; channel++) out.data[channel] = reduce([...x.data].filter((_, i) => i % channels === channel));
  return out;
}

/** As PyTorch documents MaxPool2d and AvgPool2d: windows may begin in what is padded before, and where it rounds up end beyond what is padded after. */
function paddedPooled(settings: Settings, x: Values, isMean: boolean): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const [size, stride] = [pairOf(settings.pool_size), pairOf(settings.strides)];
  const [top = 0, bottom = 0, left = 0, right = 0] = numbersIn(settings.padding);
  const sides = [
    { length: rows, before: top, after: bottom, size: size[0], stride: stride[0] },
    { length: columns, before: left, after: right, size: size[1], stride: stride[1] },
  ].map((side) => {
    const starts: number[] = [];
    // Every place from which a window lies within; rounded up, one more that begins within.
    for (let start = -side.before; start + side.size <= side.length + side.after; start += side.stride) starts.push(start);
    const next = starts.length * side.stride - side.before;
    const isFilled = (starts.at(-1) ?? 0) + side.size === side.length + side.after;
    if (settings.ceil_mode === true && !isFilled && next < side.length) starts.push(next);
    return { ...side, starts };
  });
  const [down, across] = sides as [(typeof sides)[number], (typeof sides)[number]];
  const out = zeros([down.starts.length, across.starts.length, channels]);
  let i = 0;
  for (const row of down.starts) {
    for (const column of across.starts) {
      for (let channel = 0; channel < channels; channel++) {
        const window: number[] = [];
        let zerosCounted = 0;
        for (let r = row; r < row + size[0]; r++) {
          for (let c = column; c < column + size[1]; c++) {
            const isInside = r >= 0 && r < rows && c >= 0 && c < columns;
            if (isInside) window.push(x.data[(r * columns + c) * channels + channel] ?? Number.NaN);
            else if (r < rows + bottom && c < columns + right) zerosCounted++;
          }
        }
        const counted = settings.count_include_pad === false ? 0 : zerosCounted;
        out.data[i++] = isMean ? window.reduce((sum, value) => sum + value, 0) / (window.length + counted) : most(window);
      }
    }
  }
  return out;
}

/** As PyTorch documents AdaptiveAvgPool2d. */
function adaptive({ output_size: size }: Settings, x: Values): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  const [down, across] = pairOf(size);
  const out = zeros([down, across, channels]);
  for (let i = 0; i < down * across * channels; i++) {
    const [row, column, channel] = [Math.floor(i / (across * channels)), Math.floor(i / channels) % across, i % channels];
    const values: number[] = [];
    for (let r = Math.floor((row * rows) / down); r < Math.ceil(((row + 1) * rows) / down); r++)
      for (let c = Math.floor((column * columns) / across); c < Math.ceil(((column + 1) * columns) / across); c++)
        values.push(x.data[(r * columns + c) * channels + channel] ?? Number.NaN);
    out.data[i] = mean(values);
  }
  return out;
}

const REDUCTIONS: Readonly<Record<string, Reduce>> = {
  max: most,
  mean,
  min: (values) => Math.min(...values),
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
};

/** As ONNX documents ReduceMean and its like; the batch is the first axis. */
function reduced({ axes, keepdims, function: name }: Settings, x: Values): Values {
  const isReduced = (axis: number) => numbersIn(axes).includes(axis + 1);
  const kept = x.shape.map((side, axis) => (isReduced(axis) ? 1 : side));
  const members = zeros(kept).data.reduce<number[][]>((lists) => [...lists, []], []);
  let i = 0;
  for (const place of placesIn(x.shape)) {
    const at = place.reduce((index, along, axis) => index * (kept[axis] ?? 1) + (isReduced(axis) ? 0 : along), 0);
    members[at]?.push(x.data[i++] ?? Number.NaN);
  }
  const data = Float64Array.from(members, (values) => REDUCTIONS[String(name)]?.(values) ?? Number.NaN);
  return { shape: keepdims === true ? kept : x.shape.filter((_, axis) => !isReduced(axis)), data };
}

export const POOLING_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  AdaptiveAveragePooling2D: { run: (settings, inputs) => adaptive(settings, only(inputs)) },
  AveragePooling2D: { run: (settings, inputs) => pooled(settings, only(inputs), mean) },
  MaxPooling2D: { run: (settings, inputs) => pooled(settings, only(inputs), most) },
  GlobalAveragePooling2D: { run: (settings, inputs) => pooledWhole(settings, only(inputs), mean) },
  GlobalMaxPooling2D: { run: (settings, inputs) => pooledWhole(settings, only(inputs), most) },
  PaddedAveragePooling2D: { run: (settings, inputs) => paddedPooled(settings, only(inputs), true) },
  Reduction: { run: (settings, inputs) => reduced(settings, only(inputs)) },
  PaddedMaxPooling2D: { run: (settings, inputs) => paddedPooled(settings, only(inputs), false) },
};
