/** A tensor of the shape of an image that is the same for every image: coordinates, zeros beside channels, a number for each place. */
import { type Constant, constant, numbersOf } from '../nodes/constant.ts';
import { combined, turned } from '../nodes/constant-arithmetic.ts';
import { type Activation, channelsLast } from './activation.ts';
import type { Call } from './call.ts';

const ALL = [null, null, 1];

/** Repeated to this shape; null where it does not fit. */
export function repeatedTo(given: Constant, shape: readonly number[]): Constant | null {
  const sides = [...shape.slice(0, Math.max(0, shape.length - given.shape.length)).map(() => 1), ...given.shape];
  if (given.shape.length > shape.length || sides.some((side, axis) => side !== 1 && side !== shape[axis])) return null;
  const whole = constant(shape, new Float64Array(shape.reduce((product, side) => product * side, 1)), true);
  return combined({ ...given, shape: sides, values: given.values }, whole, (value) => value, true);
}

/**
 * Layers take an image and give the constant. What is the same everywhere are scaled values of nothing but an offset; what differs from place
 * to place are the slopes of −1.
 *
 * @param like with the rows and columns that the constant has
 * @param given `[1, channels, rows, columns]`
 * @param name of the layers that lead to it, as it stands after the node's
 */
export function constantMap(call: Call, like: Activation, given: Constant, name: string): Activation {
  const { writer } = call;
  const x = call.arranged(like, channelsLast(4));
  const [, channels = 1] = given.shape;
  const isEven = given.values.length > 0 && numbersOf(given).every((value, _, [first]) => value === first);
  const value = isEven ? (given.values[0] ?? 0) : -1;
  const step = (kind: string, what: string, from: string, config: Parameters<typeof writer.layer>[3]) =>
    writer.layer(kind, `${call.name}.${name}.${what}`, [from], config);
  const hasOwnChannels = channels === x.shape[1];
  const one = hasOwnChannels ? x.layer : step('Slice', 'channel', x.layer, { slices: [ALL, ALL, ALL, [0, 1, 1]] });
  const even = step('Rescaling', 'value', one, { scale: 0, offset: value });
  const padding = [
    [0, 0],
    [0, 0],
    [0, channels - 1],
  ];
  const wide = hasOwnChannels || channels === 1 ? even : step('Padding', 'channels', even, { padding, mode: 'constant', value });
  const shape = [x.shape[0] ?? 1, ...given.shape.slice(1)];
  if (isEven) return { ...x, layer: wide, shape };
  const layer = step('PReLU', 'places', wide, { shared_axes: [] });
  const slopes = turned(given, channelsLast(4));
  writer.weight(
    layer,
    'alpha',
    slopes.shape.slice(1),
    Float32Array.from(slopes.values, (each) => 0 - each),
  );
  return { ...x, layer, shape };
}
