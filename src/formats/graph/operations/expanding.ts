/** Tensors that are repeated along their sides. */
import { Unsupported } from '../../layers/layer-rule.ts';
import { type Activation, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { numbersOf } from '../nodes/constant.ts';
import { FORMAT } from './convolutions.ts';

function cannotRepeat(x: Activation, wanted: readonly number[]): Unsupported {
  return new Unsupported(
    `repeats a tensor of the shape [${x.shape.join(', ')}] to [${wanted.join(', ')}], which cannot be run here; please export another network`,
  );
}

/** Sides of one: cells by repetition, channels by a convolution that gives each of them the only one there is. */
function withLongerSides(call: Call, x: Activation, shape: readonly number[]): Activation {
  const [batch = 1, channels = 1, rows = 1, columns = 1] = shape;
  const isOfChannels = channels !== x.shape[1];
  const { writer, name } = call;
  const config = { filters: channels, kernel_size: [1, 1], use_bias: false, padding: 'valid', ...FORMAT };
  const wide = isOfChannels ? writer.layer('Conv2D', `${name}.channels`, [x.layer], config) : x.layer;
  if (isOfChannels) writer.weight(wide, 'kernel', [1, 1, 1, channels], new Float32Array(channels).fill(1));
  const y = { ...x, layer: wide, shape: [batch, channels, x.shape[2] ?? 1, x.shape[3] ?? 1] };
  const size = [rows / (x.shape[2] ?? 1), columns / (x.shape[3] ?? 1)];
  return size.every((times) => times === 1) ? y : call.layer('UpSampling2D', y, { size, interpolation: 'nearest', ...FORMAT }, shape);
}

export const expand: Operation = (call) => {
  const x = call.channelsLast(0);
  const target = call.constant(1);
  const wanted = target ? numbersOf(target) : [];
  const rank = x.shape.length;
  const times = x.shape.map((_, axis) => wanted[axis - rank + wanted.length] ?? 1);
  const shape = x.shape.map((side, axis) => Math.max(side, times[axis] ?? 1));
  const isFitting = x.shape.every((side, axis) => side === 1 || times[axis] === 1 || side === times[axis]) && shape[0] === x.shape[0];
  if (wanted.length > rank || !isFitting || (rank !== 4 && shape.join() !== x.shape.join())) throw cannotRepeat(x, wanted);
  return [shape.join() === x.shape.join() ? x : withLongerSides(call, x, shape)];
};

/** Beyond this, sides of one are repeated in another way than as so many inputs of a layer. */
const MAX_BESIDE = 16;

/** The tensor beside itself, one side after the other. */
export const tile: Operation = (call) => {
  const x = call.activation(0);
  const given = call.constant(1);
  const times = given ? numbersOf(given) : [];
  const shape = x.shape.map((side, axis) => side * (times[axis] ?? 1));
  if (times.length !== x.shape.length || times[0] !== 1 || !times.every((count) => Number.isInteger(count) && count > 0))
    throw cannotRepeat(x, shape);
  if (shape.join() === x.shape.join()) return [call.function('linear', x)];
  const isOfSingles = times.every((count, axis) => count === 1 || x.shape[axis] === 1);
  if (times.some((count) => count > MAX_BESIDE)) {
    if (!isOfSingles || x.shape.length !== 4) throw cannotRepeat(x, shape);
    return [withLongerSides(call, call.channelsLast(0), shape)];
  }
  const repeated = times.flatMap((count, axis) => (count > 1 ? [axis] : []));
  let y = x;
  for (const axis of repeated) {
    const count = times[axis] ?? 1;
    const name = axis === repeated.at(-1) ? call.name : `${call.name}.${axis}`;
    const beside = Array.from({ length: count }, () => y.layer);
    const sides = y.shape.map((side, each) => (each === axis ? side * count : side));
    y = { ...y, layer: call.writer.layer('Concatenate', name, beside, { axis: layerAxis(y, axis) }), shape: sides };
  }
  return [y];
};
