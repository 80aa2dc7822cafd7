/** Keras' pooling, from its definition: padding is never counted. */
import { sideOf } from './convolutions.ts';
import { only, pairOf, type ReferenceLayer, type Settings } from './settings.ts';
import { type Values, zeros } from './values.ts';

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

export const POOLING_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  AveragePooling2D: { run: (settings, inputs) => pooled(settings, only(inputs), mean) },
  MaxPooling2D: { run: (settings, inputs) => pooled(settings, only(inputs), most) },
  GlobalAveragePooling2D: { run: (settings, inputs) => pooledWhole(settings, only(inputs), mean) },
  GlobalMaxPooling2D: { run: (settings, inputs) => pooledWhole(settings, only(inputs), most) },
};
