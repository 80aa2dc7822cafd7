/** Keras' layers that take several arrays, from their definitions. */
import type { ReferenceLayer } from './settings.ts';
import { at, axisIn, broadcastAt, filled, type Shape, type Values } from './values.ts';

function broadcastShape(inputs: readonly Values[]): Shape {
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => Math.max(...inputs.map(({ shape }) => shape[axis - rank + shape.length] ?? 1)));
}

/** One value from those at the same place of every input. */
function merge(combine: (values: readonly number[]) => number): ReferenceLayer {
  return {
    run: (_settings, inputs) => filled(broadcastShape(inputs), (place) => combine(inputs.map((input) => broadcastAt(input, place)))),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export const MERGE_LAYERS: Readonly<Record<string, ReferenceLayer>> = {
  Add: merge(sum),
  Average: merge((values) => sum(values) / values.length),
  Concatenate: {
    run: ({ axis: setting }, inputs) => {
      const shape = inputs[0]?.shape ?? [];
      const axis = axisIn(shape, Number(setting ?? -1));
      const parts = inputs.map((input) => input.shape[axis] ?? 0);
      const whole = shape.map((side, i) => (i === axis ? sum(parts) : side));
      const starts = parts.map((_, i) => sum(parts.slice(0, i)));
      return filled(whole, (place) => {
        const along = place[axis] ?? 0;
        const from = starts.findLastIndex((start) => start <= along);
        return at(
          inputs[from] as Values,
          place.map((own, i) => (i === axis ? along - (starts[from] ?? 0) : own)),
        );
      });
    },
  },
  Maximum: merge((values) => Math.max(...values)),
  Minimum: merge((values) => Math.min(...values)),
  Multiply: merge((values) => values.reduce((product, value) => product * value, 1)),
  Subtract: merge(([first = 0, second = 0]) => first - second),
};
