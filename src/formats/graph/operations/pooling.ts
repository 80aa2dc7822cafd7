/** Pooling of windows, and of whole maps. */
import { pooledSide } from '../../layers/kinds/pooling-geometry.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import { axisOf } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { FORMAT, images, isPaddedAsKeras, paddingOf, pairIn, type Sides, sidesOf } from './convolutions.ts';

function windows(call: Call): { readonly size: Sides; readonly strides: Sides } {
  const { node } = call;
  const size = node.numbers('kernel_shape');
  if (size?.length !== 2) throw new Unsupported('does not say how large its windows are; please export it again');
  if (node.numbers('dilations')?.some((rate) => rate !== 1))
    throw new Unsupported('pools dilated windows, which cannot be run here; please use plain ones');
  if (node.outputs.length > 1 && node.outputs[1] !== '')
    throw new Unsupported('also gives the places of its maxima, which cannot be run here; please export a network without them');
  return { size: pairIn(size, 1), strides: pairIn(node.numbers('strides'), 1) };
}

function pooling(kind: 'Average' | 'Max'): Operation {
  return (call) => {
    const { node } = call;
    const x = images(call);
    const { size, strides } = windows(call);
    const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
    const padding = paddingOf(call, x.shape, size, strides);
    const isRoundedUp = node.number('ceil_mode', 0) === 1;
    const settings = { pool_size: [...size], strides: [...strides] };
    const sides = sidesOf(padding);
    const own = { poolSize: [...size], strides: [...strides], padding: sides, ceilMode: isRoundedUp };
    const out = [pooledSide(own, rows, 0).out, pooledSide(own, columns, 1).out];
    if (out.some((side) => side < 1)) throw new Unsupported('has a window that is larger than its input; please give a larger input size');
    const shape = [batch, channels, ...out];
    const countsPadding = node.number('count_include_pad', 0) === 1;
    if (isPaddedAsKeras(node) && !(kind === 'Average' && countsPadding))
      return [call.layer(`${kind}Pooling2D`, x, { ...settings, padding: 'same', ...FORMAT }, shape)];
    const isPlain = !isRoundedUp && sides.flat().every((cells) => cells === 0);
    if (isPlain) return [call.layer(`${kind}Pooling2D`, x, { ...settings, padding: 'valid', ...FORMAT }, shape)];
    const counts = kind === 'Average' ? { count_include_pad: countsPadding } : {};
    return [call.layer(`Padded${kind}Pooling2D`, x, { ...settings, padding: sides, ceil_mode: isRoundedUp, ...counts }, shape)];
  };
}

export const averagePool = pooling('Average');
export const maxPool = pooling('Max');

function globalPooling(kind: 'Average' | 'Max'): Operation {
  return (call) => {
    const x = images(call);
    const [batch = 1, channels = 1] = x.shape;
    return [call.layer(`Global${kind}Pooling2D`, x, { ...FORMAT, keepdims: true }, [batch, channels, 1, 1])];
  };
}

export const globalAveragePool = globalPooling('Average');
export const globalMaxPool = globalPooling('Max');

/** A mean or maximum over rows and columns: the pooling of a whole map. */
function reduction(kind: 'Average' | 'Max'): Operation {
  return (call) => {
    const { node } = call;
    const given = call.activation(0);
    const rank = given.shape.length;
    const axes = (call.numbers(1, 'axes') ?? []).map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
    const keepsSides = node.number('keepdims', 1) === 1;
    const isOfMaps = rank === 4 && axes.length === 2 && !axes.includes(0);
    const kept = [1, 2, 3].find((axis) => !axes.includes(axis));
    if (!isOfMaps || kept === undefined)
      throw new Unsupported(
        `takes a ${kind === 'Average' ? 'mean' : 'maximum'} over other sides than rows and columns, which cannot be run here; please use a global pooling`,
      );
    const x = call.arranged(given, [0, ...axes, kept]);
    const [batch = 1] = x.shape;
    const shape = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
    if (keepsSides) return [call.layer(`Global${kind}Pooling2D`, x, { ...FORMAT, keepdims: true }, shape)];
    const pooled = call.layer(`Global${kind}Pooling2D`, x, FORMAT, [batch, x.shape[kept] ?? 1]);
    return [{ ...pooled, axes: [0, 1] }];
  };
}

export const reduceMean = reduction('Average');
export const reduceMax = reduction('Max');
