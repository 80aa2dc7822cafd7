/** Sides of one that are repeated. */
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Operation } from '../layers/call.ts';
import { numbersOf } from '../nodes/constant.ts';
import { FORMAT } from './convolutions.ts';

/** Cells by repetition, channels by a convolution that gives each of them the only one there is. */
export const expand: Operation = (call) => {
  const x = call.channelsLast(0);
  const target = call.constant(1);
  const wanted = target ? numbersOf(target) : [];
  const rank = x.shape.length;
  const times = x.shape.map((_, axis) => wanted[axis - rank + wanted.length] ?? 1);
  const shape = x.shape.map((side, axis) => Math.max(side, times[axis] ?? 1));
  const isFitting = x.shape.every((side, axis) => side === 1 || times[axis] === 1 || side === times[axis]) && shape[0] === x.shape[0];
  if (wanted.length > rank || !isFitting || (rank !== 4 && shape.join() !== x.shape.join()))
    throw new Unsupported(
      `repeats a tensor of the shape [${x.shape.join(', ')}] to [${wanted.join(', ')}], which cannot be run here; please export another network`,
    );
  if (shape.join() === x.shape.join()) return [x];
  const [batch = 1, channels = 1, rows = 1, columns = 1] = shape;
  const isOfChannels = channels !== x.shape[1];
  const { writer, name } = call;
  const config = { filters: channels, kernel_size: [1, 1], use_bias: false, padding: 'valid', ...FORMAT };
  const wide = isOfChannels ? writer.layer('Conv2D', `${name}.channels`, [x.layer], config) : x.layer;
  if (isOfChannels) writer.weight(wide, 'kernel', [1, 1, 1, channels], new Float32Array(channels).fill(1));
  const y = { ...x, layer: wide, shape: [batch, channels, x.shape[2] ?? 1, x.shape[3] ?? 1] };
  const size = [rows / (x.shape[2] ?? 1), columns / (x.shape[3] ?? 1)];
  return [size.every((times) => times === 1) ? y : call.layer('UpSampling2D', y, { size, interpolation: 'nearest', ...FORMAT }, shape)];
};
