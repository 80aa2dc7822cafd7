/** Keras' layers that only move values, or repeat them, from their definitions. */

import { numbersIn } from '../../../formats/layers/layer-rule.ts';
import type { Json } from '../../../formats/network/artifacts.ts';
import { only, pairOf, type ReferenceLayer } from './settings.ts';
import { at, filled, type Shape, sizeOf, type Values } from './values.ts';

/** `[[top, bottom], [left, right]]`, of one number, or of one for each axis. */
function marginsOf(setting: Json | undefined): [[number, number], [number, number]] {
  const [first = 1, second = first, third, fourth] = numbersIn(setting);
  if (third !== undefined && fourth !== undefined)
    return [
      [first, second],
      [third, fourth],
    ];
  return [
    [first, first],
    [second, second],
  ];
}

/** The image moved and cut or padded with zeros. */
function framed(x: Values, [[top, bottom], [left, right]]: ReturnType<typeof marginsOf>): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  return filled([rows + top + bottom, columns + left + right, channels], ([row = 0, column = 0, channel = 0]) => {
    const [fromRow, fromColumn] = [row - top, column - left];
    const isInside = fromRow >= 0 && fromRow < rows && fromColumn >= 0 && fromColumn < columns;
    return isInside ? at(x, [fromRow, fromColumn, channel]) : 0;
  });
}

/** Where a cell of the enlarged side lies on the small one, with half-pixel centres; beyond the last centre the border goes on. */
function sampledAt(place: number, factor: number, length: number): { readonly low: number; readonly high: number; readonly share: number } {
  const centre = Math.min(length - 1, Math.max(0, (place + 0.5) / factor - 0.5));
  const low = Math.floor(centre);
  return { low, high: Math.min(length - 1, low + 1), share: centre - low };
}

function enlarged(x: Values, [down, across]: readonly [number, number], isBilinear: boolean): Values {
  const [rows = 0, columns = 0, channels = 0] = x.shape;
  return filled([rows * down, columns * across, channels], ([row = 0, column = 0, channel = 0]) => {
    if (!isBilinear) return at(x, [Math.floor(row / down), Math.floor(column / across), channel]);
    const [r, c] = [sampledAt(row, down, rows), sampledAt(column, across, columns)];
    const along = (fromRow: number) => at(x, [fromRow, c.low, channel]) * (1 - c.share) + at(x, [fromRow, c.high, channel]) * c.share;
    return along(r.low) * (1 - r.share) + along(r.high) * r.share;
  });
}

/** One side may be -1, and takes what is left. */
function completed(target: readonly number[], size: number): Shape {
  const known = target.reduce((product, side) => (side < 0 ? product : product * side), 1);
  return target.map((side) => (side < 0 ? size / known : side));
}

export const LAYOUT_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  Cropping2D: {
    run: ({ cropping }, inputs) => {
      const [[top, bottom], [left, right]] = marginsOf(cropping);
      return framed(only(inputs), [
        [-top, -bottom],
        [-left, -right],
      ]);
    },
  },
  Flatten: { run: (_settings, inputs) => ({ shape: [sizeOf(only(inputs).shape)], data: only(inputs).data }) },
  InterleavedGroups: {
    run: ({ groups }, inputs) => {
      const x = only(inputs);
      const size = (x.shape.at(-1) ?? 0) / Number(groups);
      return filled(x.shape, (place) => {
        const channel = place.at(-1) ?? 0;
        return at(x, place.with(-1, (channel % Number(groups)) * size + Math.floor(channel / Number(groups))));
      });
    },
  },
  Padding: {
    run: ({ padding, mode, value }, inputs) => {
      const x = only(inputs);
      const ends = numbersIn(padding);
      const shape = x.shape.map((side, axis) => side + (ends[2 * axis] ?? 0) + (ends[2 * axis + 1] ?? 0));
      return filled(shape, (place) => {
        const wanted = place.map((along, axis) => along - (ends[2 * axis] ?? 0));
        const last = x.shape.map((side) => side - 1);
        if (mode === 'constant' && wanted.some((along, axis) => along < 0 || along > (last[axis] ?? 0))) return Number(value);
        return at(
          x,
          wanted.map((along, axis) => {
            const end = last[axis] ?? 0;
            return mode === 'edge' ? Math.min(end, Math.max(0, along)) : end - Math.abs(end - Math.abs(along));
          }),
        );
      });
    },
  },
  Permute: {
    run: ({ dims }, inputs) => {
      const x = only(inputs);
      const order = numbersIn(dims).map((axis) => axis - 1);
      return filled(
        order.map((axis) => x.shape[axis] ?? 0),
        (place) =>
          at(
            x,
            x.shape.map((_, axis) => place[order.indexOf(axis)] ?? 0),
          ),
      );
    },
  },
  Reshape: {
    run: ({ target_shape: target }, inputs) => {
      const { data } = only(inputs);
      return { shape: completed(numbersIn(target), data.length), data };
    },
  },
  UpSampling2D: { run: ({ size, interpolation }, inputs) => enlarged(only(inputs), pairOf(size, 2), interpolation === 'bilinear') },
  ZeroPadding2D: { run: ({ padding }, inputs) => framed(only(inputs), marginsOf(padding)) },
};
